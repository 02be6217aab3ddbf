/** The configuration file, as its reader sees it. */
@NullMarked
package dev.sallyport.cli.config;

import org.jspecify.annotations.NullMarked;
