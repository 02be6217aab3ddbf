/** The operator's verbs: kill, locks, status, doctor. */
@NullMarked
package dev.sallyport.cli.operator;

import org.jspecify.annotations.NullMarked;
