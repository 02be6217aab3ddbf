/** A whole node whose disk fails. */
@NullMarked
package dev.sallyport.cli.node;

import org.jspecify.annotations.NullMarked;
