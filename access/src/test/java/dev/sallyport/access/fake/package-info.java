/**
 * Fakes of the ports and of time, with which every module tests: they keep what they are given, and
 * can be told to fail.
 */
@NullMarked
package dev.sallyport.access.fake;

import org.jspecify.annotations.NullMarked;
