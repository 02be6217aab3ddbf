package dev.sallyport.proxy.db.wire;

import java.util.List;
import java.util.Map;

/** One or more of each message a client sends, written by hand after the manual. */
final class FrontendGoldens {
    static final Map<PasswordKind, Golden> PASSWORDS =
            Map.of(
                    PasswordKind.PASSWORD_MESSAGE,
                    Golden.of('p', "'sesame' 00", "PasswordMessage <736573616d65>"),
                    PasswordKind.SASL_INITIAL_RESPONSE,
                    Golden.of(
                            'p',
                            "'SCRAM-SHA-256' 00 00000004 'n,,n'",
                            "SASLInitialResponse <SCRAM-SHA-256> <6e2c2c6e>"),
                    PasswordKind.SASL_RESPONSE,
                    Golden.of('p', "'c=biws'", "SASLResponse <633d62697773>"));

    static final List<Golden> ALL =
            List.of(
                    Golden.of('Q', "'select 1' 00", "Query select 1"),
                    Golden.of('Q', "00", "Query "),
                    Golden.of('Q', "'grüße – 😀' 00", "Query grüße – 😀"),
                    Golden.of('P', "00 'select 1' 00 0000", "Parse <> <select 1> <[]>"),
                    Golden.of(
                            'P',
                            "'s1' 00 'select $1, $2' 00 0002 00000017 FFFFFFFF",
                            "Parse <s1> <select $1, $2> <[23, 4294967295]>"),
                    Golden.of('B', "00 00 0000 0000 0000", "Bind <> <> <[]> <[]> <[]>"),
                    Golden.of(
                            'B',
                            "'p' 00 's' 00 0002 0001 0000 0002 00000004 00000001 FFFFFFFF 0001"
                                    + " 0001",
                            "Bind <p> <s> <[BINARY, TEXT]> <[00000001, NULL]> <[BINARY]>"),
                    Golden.of(
                            'B',
                            "00 00 0001 0001 0003 00000000 FFFFFFFF 00000001 61 0002 0000 0001",
                            "Bind <> <> <[BINARY]> <[, NULL, 61]> <[TEXT, BINARY]>"),
                    Golden.of('D', "'S' 's1' 00", "Describe <STATEMENT> <s1>"),
                    Golden.of('D', "'P' 00", "Describe <PORTAL> <>"),
                    Golden.of('E', "00 00000000", "Execute <> <0>"),
                    Golden.of('E', "'c' 00 7FFFFFFF", "Execute <c> <2147483647>"),
                    Golden.of('S', "", "Sync"),
                    Golden.of('H', "", "Flush"),
                    Golden.of('C', "'S' 's1' 00", "Close <STATEMENT> <s1>"),
                    Golden.of(
                            'F',
                            "00000848 0001 0000 0002 00000001 41 FFFFFFFF 0001",
                            "FunctionCall <2120> <[TEXT]> <[41, NULL]> <BINARY>"),
                    Golden.of('d', "'1' 09 'x' 0A", "CopyData <4> <true> <true> <3109780a>"),
                    Golden.of('d', "", "CopyData <0> <true> <true> <>"),
                    Golden.of('c', "", "CopyDone"),
                    Golden.of('f', "'gone' 00", "CopyFail <gone>"),
                    Golden.of('X', "", "Terminate"));

    private FrontendGoldens() {}
}
