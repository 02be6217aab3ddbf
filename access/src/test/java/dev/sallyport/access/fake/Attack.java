package dev.sallyport.access.fake;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a test shows how an attack of the catalogue {@code docs/attacks.md} fails. A rule of
 * the house reads the sources for it: every line of the catalogue needs at least one such test.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
public @interface Attack {
    /** Numbers of the catalogue's lines. */
    int[] value();
}
