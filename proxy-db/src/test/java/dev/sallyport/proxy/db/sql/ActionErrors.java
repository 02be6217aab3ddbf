package dev.sallyport.proxy.db.sql;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The errors that PostgreSQL's parser raises in the actions of {@code gram.y}, after the grammar
 * has accepted the text. Our parser has the grammar but not these checks, so it accepts such a
 * text; the server then refuses it. Nothing is executed that was not understood.
 */
final class ActionErrors {
    private static final List<Pattern> MESSAGES =
            List.of(
                            // roles
                            "UNENCRYPTED PASSWORD is no longer supported",
                            "unrecognized role option .*",
                            "role name .* is reserved",
                            "(CURRENT|SESSION)_(USER|ROLE) cannot be used as a role name here",
                            // definitions
                            "CREATE SCHEMA IF NOT EXISTS cannot include schema elements",
                            "current database cannot be changed",
                            "time zone interval must be HOUR or HOUR TO MINUTE",
                            "column number must be in range from 1 to 32767",
                            "constraints cannot be altered to be NOT VALID",
                            "sequence option .* not supported here",
                            "(modulus|remainder) for hash partition .*",
                            "unrecognized hash partition bound specification .*",
                            "unrecognized partitioning strategy .*",
                            "for a generated column, GENERATED ALWAYS must be specified",
                            "MATCH PARTIAL not yet implemented",
                            "a column list with .* is only supported for ON DELETE actions",
                            "CREATE EXTENSION ... FROM is no longer supported",
                            "unrecognized row security option .*",
                            "CREATE OR REPLACE CONSTRAINT TRIGGER is not supported",
                            "duplicate trigger events specified.*",
                            "constraint declared INITIALLY DEFERRED must be DEFERRABLE",
                            "conflicting constraint properties",
                            ".* constraints cannot be marked .*",
                            "CREATE ASSERTION is not yet implemented",
                            "dropping an enum value is not implemented",
                            "aggregates cannot have output arguments",
                            "missing argument",
                            "WITH CHECK OPTION not supported on recursive views",
                            "OUT and INOUT arguments aren't allowed in TABLE functions",
                            "invalid publication object list",
                            "invalid (table|schema) name",
                            "WHERE clause not allowed for schema",
                            "column specification not allowed for schema",
                            "multiple COLLATE clauses not allowed",
                            "an ordered-set aggregate with a VARIADIC direct argument must have"
                                    + " one VARIADIC aggregated argument of the same data type",
                            // COPY
                            "STDIN/STDOUT not allowed with PROGRAM",
                            "WHERE clause not allowed with COPY TO",
                            // queries
                            "LIMIT #,# syntax is not supported",
                            "multiple (ORDER BY|OFFSET|LIMIT|WITH) clauses not allowed",
                            "WITH TIES cannot be specified without ORDER BY clause",
                            ".* and .* options cannot be used together",
                            "VALUES lists must all be the same length",
                            "improper qualified name .*",
                            "improper use of \"\\*\".*",
                            // expressions
                            "only one (DEFAULT|PATH) value (per column )?is allowed",
                            "conflicting or redundant NULL / NOT NULL declarations for column .*",
                            "unrecognized column option .*",
                            "option name .* cannot be used in XMLTABLE",
                            "only string constants are supported in JSON_TABLE path specification",
                            "precision for type float must be .*",
                            "wrong number of parameters on (left|right) side of OVERLAPS"
                                    + " expression",
                            "UNIQUE predicate is not yet implemented",
                            "cannot use (multiple ORDER BY clauses|DISTINCT|VARIADIC) with WITHIN"
                                    + " GROUP",
                            "frame (start|end) cannot be UNBOUNDED (FOLLOWING|PRECEDING)",
                            "frame starting from (current|following) row cannot .*",
                            "unrecognized JSON encoding: .*",
                            "type modifier cannot have (parameter name|ORDER BY)",
                            "interval\\(.*\\) precision must be .*")
                    .stream()
                    .map(Pattern::compile)
                    .toList();

    private ActionErrors() {}

    static boolean include(String message) {
        return MESSAGES.stream().anyMatch(pattern -> pattern.matcher(message).matches());
    }
}
