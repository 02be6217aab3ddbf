/**
 * The demonstration: the whole line played by itself on throw-away parts, told step by step, proven
 * at the end and cleaned up.
 */
@NullMarked
package dev.sallyport.cli.demo;

import org.jspecify.annotations.NullMarked;
