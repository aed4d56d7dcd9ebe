/*
 * The style sheet of the page, whole. It stands in the page itself, so that nothing
 * has to be fetched; the page's Content-Security-Policy allows exactly it, by its hash.
 */
#ifndef WHOAMI_STYLE_H
#define WHOAMI_STYLE_H

extern const char whoami_style[];

#endif
