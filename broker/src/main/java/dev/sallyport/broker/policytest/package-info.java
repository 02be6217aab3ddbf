/** Checking, testing and explaining a policy directory without a running broker. */
@NullMarked
package dev.sallyport.broker.policytest;

import org.jspecify.annotations.NullMarked;
