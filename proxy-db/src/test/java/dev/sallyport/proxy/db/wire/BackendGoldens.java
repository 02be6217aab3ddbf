package dev.sallyport.proxy.db.wire;

import java.util.List;

/** One or more of each message a server sends, written by hand after the manual. */
final class BackendGoldens {
    static final List<Golden> ALL =
            List.of(
                    Golden.of('R', "00000000", "AuthenticationOk"),
                    Golden.of('R', "00000003", "AuthenticationCleartextPassword"),
                    Golden.of('R', "00000005 DEADBEEF", "AuthenticationMD5Password <deadbeef>"),
                    Golden.of(
                            'R',
                            "0000000A 'SCRAM-SHA-256-PLUS' 00 'SCRAM-SHA-256' 00 00",
                            "AuthenticationSASL <[SCRAM-SHA-256-PLUS, SCRAM-SHA-256]>"),
                    Golden.of('R', "0000000B 'r='", "AuthenticationSASLContinue <723d>"),
                    Golden.of('R', "0000000C 'v='", "AuthenticationSASLFinal <763d>"),
                    Golden.of(
                            'S',
                            "'client_encoding' 00 'UTF8' 00",
                            "ParameterStatus <client_encoding> <UTF8>"),
                    Golden.of(
                            'S',
                            "'application_name' 00 00",
                            "ParameterStatus <application_name> <>"),
                    Golden.of('K', "00001234 01020304", "BackendKeyData <4660> <4>"),
                    Golden.of('K', "00001234" + " AB".repeat(32), "BackendKeyData <4660> <32>"),
                    Golden.of('K', "FFFFFFFF" + " AB".repeat(256), "BackendKeyData <-1> <256>"),
                    Golden.of('Z', "'I'", "ReadyForQuery <IDLE>"),
                    Golden.of('Z', "'T'", "ReadyForQuery <IN_TRANSACTION>"),
                    Golden.of('Z', "'E'", "ReadyForQuery <FAILED>"),
                    Golden.of('T', "0000", "RowDescription <[]>"),
                    Golden.of(
                            'T',
                            "0002 'id' 00 00004001 0001 00000017 0004 FFFFFFFF 0000"
                                    + " 'ctid' 00 FFFFFFFF FFFF 0000001B FFFF 00000008 0001",
                            "RowDescription <["
                                    + "Column[name=id, tableOid=16385, attributeNumber=1,"
                                    + " typeOid=23, typeSize=4, typeModifier=-1, format=TEXT],"
                                    + " Column[name=ctid, tableOid=4294967295, attributeNumber=-1,"
                                    + " typeOid=27, typeSize=-1, typeModifier=8, format=BINARY]]>"),
                    Golden.of('D', "0000", "DataRow <2> <0> <[]>"),
                    Golden.of(
                            'D',
                            "0003 00000002 '42' FFFFFFFF 00000000",
                            "DataRow <16> <3> <[3432, NULL, ]>"),
                    Golden.of(
                            'C',
                            "'INSERT 0 5' 00",
                            "CommandComplete <INSERT 0 5> <OptionalLong[5]>"),
                    Golden.of('C', "'BEGIN' 00", "CommandComplete <BEGIN> <OptionalLong.empty>"),
                    Golden.of('I', "", "EmptyQueryResponse"),
                    Golden.of(
                            'E',
                            "'SERROR' 00 'VERROR' 00 'C42P01' 00 'Mno' 00 'zlater' 00 00",
                            "ErrorResponse <{SEVERITY=ERROR, SEVERITY_NONLOCALIZED=ERROR,"
                                    + " CODE=42P01, MESSAGE=no}>"),
                    Golden.of('E', "'M' FC 00 00", "ErrorResponse <{MESSAGE=\uFFFD}>"),
                    Golden.of('N', "'C00000' 00 00", "NoticeResponse <{CODE=00000}>"),
                    Golden.of('N', "00", "NoticeResponse <{}>"),
                    Golden.of(
                            'A',
                            "00000007 'c' 00 'payload' 00",
                            "NotificationResponse <7> <c> <payload>"),
                    Golden.of('t', "0001 00000019", "ParameterDescription <[25]>"),
                    Golden.of('1', "", "ParseComplete"),
                    Golden.of('2', "", "BindComplete"),
                    Golden.of('3', "", "CloseComplete"),
                    Golden.of('n', "", "NoData"),
                    Golden.of('s', "", "PortalSuspended"),
                    Golden.of('G', "00 0001 0000", "CopyInResponse <TEXT> <[TEXT]>"),
                    Golden.of(
                            'H',
                            "01 0002 0001 0001",
                            "CopyOutResponse <BINARY> <[BINARY, BINARY]>"),
                    Golden.of('W', "00 0000", "CopyBothResponse <TEXT> <[]>"),
                    Golden.of('d', "'row' 0A", "CopyData <4> <true> <true> <726f770a>"),
                    Golden.of('c', "", "CopyDone"),
                    Golden.of('V', "00000001 2A", "FunctionCallResponse <[2a]>"),
                    Golden.of('V', "FFFFFFFF", "FunctionCallResponse <[NULL]>"),
                    Golden.of(
                            'v',
                            "00030000 00000001 '_pq_.x' 00",
                            "NegotiateProtocolVersion <3.0> <[_pq_.x]>"));

    private BackendGoldens() {}
}
