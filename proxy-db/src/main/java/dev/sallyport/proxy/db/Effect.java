package dev.sallyport.proxy.db;

/**
 * What a statement does to the session besides its acts. The names of prepared statements and
 * portals are one world, whether SQL or the protocol made them.
 */
sealed interface Effect {
    /** Nothing. */
    record None() implements Effect {}

    /** {@code BEGIN}, {@code START TRANSACTION}. */
    record Begin() implements Effect {}

    /** {@code COMMIT}, {@code END}. */
    record Commit() implements Effect {}

    /** {@code ROLLBACK}, not to a savepoint. */
    record Rollback() implements Effect {}

    /** {@code PREPARE name AS …}. */
    record Prepare(String name, Plan inner) implements Effect {}

    /** {@code EXECUTE name}, also behind {@code CREATE TABLE … AS} and {@code EXPLAIN}. */
    record Execute(String name) implements Effect {}

    /** {@code DEALLOCATE name}; empty for all. */
    record Deallocate(String name) implements Effect {}

    /** {@code DECLARE name CURSOR FOR …}. */
    record Declare(String name, boolean withHold, Plan inner) implements Effect {}

    /** {@code FETCH} and {@code MOVE} from a portal. */
    record Fetch(String name) implements Effect {}

    /** {@code CLOSE name}; empty for all. */
    record ClosePortal(String name) implements Effect {}
}
