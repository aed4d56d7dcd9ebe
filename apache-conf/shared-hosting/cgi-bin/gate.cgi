#!/home/me/certauthz/gate
