/** The auditor's verbs: print events, verify the record. */
@NullMarked
package dev.sallyport.cli.auditor;

import org.jspecify.annotations.NullMarked;
