/** {@code sallyport.yaml}: read whole, checked whole, all mistakes reported at once. */
@NullMarked
package dev.sallyport.cli.config;

import org.jspecify.annotations.NullMarked;
