package dev.sallyport.proxy.db.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Everything that a message says, on one line, for tests to compare. */
final class Words {
    private Words() {}

    static String of(WireMessage message) {
        return switch (message) {
            case FrontendMessage frontend -> of(frontend);
            case BackendMessage backend -> of(backend);
        };
    }

    private static String of(FrontendMessage message) {
        return switch (message) {
            case FrontendMessage.Query query -> "Query " + query.text();
            case FrontendMessage.Parse parse ->
                    line("Parse", parse.statement(), parse.text(), parse.parameterTypes());
            case FrontendMessage.Bind bind ->
                    line(
                            "Bind",
                            bind.portal(),
                            bind.statement(),
                            bind.parameterFormats(),
                            values(bind.parameters()),
                            bind.resultFormats());
            case FrontendMessage.Describe describe ->
                    line("Describe", describe.kind(), describe.name());
            case FrontendMessage.Execute execute ->
                    line("Execute", execute.portal(), execute.maxRows());
            case FrontendMessage.Sync _ -> "Sync";
            case FrontendMessage.Flush _ -> "Flush";
            case FrontendMessage.Close close -> line("Close", close.kind(), close.name());
            case FrontendMessage.FunctionCall call ->
                    line(
                            "FunctionCall",
                            call.function(),
                            call.argumentFormats(),
                            values(call.arguments()),
                            call.resultFormat());
            case FrontendMessage.CopyData copy ->
                    line("CopyData", copy.length(), copy.first(), copy.last(), hex(copy.data()));
            case FrontendMessage.CopyDone _ -> "CopyDone";
            case FrontendMessage.CopyFail fail -> line("CopyFail", fail.reason());
            case FrontendMessage.Terminate _ -> "Terminate";
            case FrontendMessage.PasswordMessage password ->
                    line("PasswordMessage", hex(password.password()));
            case FrontendMessage.SaslInitialResponse sasl ->
                    line("SASLInitialResponse", sasl.mechanism(), hex(sasl.initialResponse()));
            case FrontendMessage.SaslResponse sasl -> line("SASLResponse", hex(sasl.data()));
        };
    }

    private static String of(BackendMessage message) {
        return switch (message) {
            case BackendMessage.Authentication authentication -> of(authentication);
            case BackendMessage.ParameterStatus status ->
                    line("ParameterStatus", status.name(), status.value());
            case BackendMessage.BackendKeyData data ->
                    line("BackendKeyData", data.key().processId(), data.key().length());
            case BackendMessage.NegotiateProtocolVersion negotiation ->
                    line(
                            "NegotiateProtocolVersion",
                            negotiation.newest(),
                            negotiation.unrecognized());
            case BackendMessage.ReadyForQuery ready -> line("ReadyForQuery", ready.status());
            case BackendMessage.RowDescription description ->
                    line("RowDescription", description.columns());
            case BackendMessage.DataRow row when row.first() && row.last() ->
                    line("DataRow", row.length(), row.columns(), values(row.values()));
            case BackendMessage.DataRow row ->
                    line("DataRow", row.length(), row.columns(), row.first(), row.last());
            case BackendMessage.CommandComplete complete ->
                    line("CommandComplete", complete.tag(), complete.rows());
            case BackendMessage.EmptyQueryResponse _ -> "EmptyQueryResponse";
            case BackendMessage.ErrorResponse error ->
                    line("ErrorResponse", error.fields().texts());
            case BackendMessage.NoticeResponse notice ->
                    line("NoticeResponse", notice.fields().texts());
            case BackendMessage.NotificationResponse notification ->
                    line(
                            "NotificationResponse",
                            notification.processId(),
                            notification.channel(),
                            notification.payload());
            case BackendMessage.ParameterDescription description ->
                    line("ParameterDescription", description.types());
            case BackendMessage.ParseComplete _ -> "ParseComplete";
            case BackendMessage.BindComplete _ -> "BindComplete";
            case BackendMessage.CloseComplete _ -> "CloseComplete";
            case BackendMessage.NoData _ -> "NoData";
            case BackendMessage.PortalSuspended _ -> "PortalSuspended";
            case BackendMessage.CopyInResponse copy -> copy("CopyInResponse", copy.formats());
            case BackendMessage.CopyOutResponse copy -> copy("CopyOutResponse", copy.formats());
            case BackendMessage.CopyBothResponse copy -> copy("CopyBothResponse", copy.formats());
            case BackendMessage.CopyData copy ->
                    line("CopyData", copy.length(), copy.first(), copy.last(), hex(copy.data()));
            case BackendMessage.CopyDone _ -> "CopyDone";
            case BackendMessage.FunctionCallResponse response ->
                    line("FunctionCallResponse", values(response.result()));
        };
    }

    private static String of(BackendMessage.Authentication authentication) {
        return switch (authentication) {
            case BackendMessage.AuthenticationOk _ -> "AuthenticationOk";
            case BackendMessage.AuthenticationCleartextPassword _ ->
                    "AuthenticationCleartextPassword";
            case BackendMessage.AuthenticationMd5Password md5 ->
                    line("AuthenticationMD5Password", Integer.toHexString(md5.salt()));
            case BackendMessage.AuthenticationSasl sasl ->
                    line("AuthenticationSASL", sasl.mechanisms());
            case BackendMessage.AuthenticationSaslContinue sasl ->
                    line("AuthenticationSASLContinue", hex(sasl.data()));
            case BackendMessage.AuthenticationSaslFinal sasl ->
                    line("AuthenticationSASLFinal", hex(sasl.data()));
        };
    }

    private static String copy(String name, CopyFormats formats) {
        return line(name, formats.overall(), formats.columns());
    }

    private static List<String> values(Values values) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.count(); i++) {
            texts.add(values.isNull(i) ? "NULL" : hex(values.value(i)));
        }
        return texts;
    }

    private static String hex(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    private static String line(String name, Object... parts) {
        StringBuilder line = new StringBuilder(name);
        for (Object part : parts) {
            line.append(" <").append(part).append('>');
        }
        return line.toString();
    }
}
