/**
 * The two ports that join the parts: {@code Broker} and {@code Recorder}. Called in-process or over
 * mTLS; nothing else in the code may know which.
 */
@NullMarked
package dev.sallyport.access.port;

import org.jspecify.annotations.NullMarked;
