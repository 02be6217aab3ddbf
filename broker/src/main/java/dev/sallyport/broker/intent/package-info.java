/**
 * The catalogue of declared purposes, the binding of parameters into scopes, and looked-up facts.
 */
@NullMarked
package dev.sallyport.broker.intent;

import org.jspecify.annotations.NullMarked;
