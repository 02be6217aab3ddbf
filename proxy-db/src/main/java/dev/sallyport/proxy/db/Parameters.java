package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.value.ParameterText;
import dev.sallyport.proxy.db.value.ParameterValue;
import dev.sallyport.proxy.db.wire.Format;
import dev.sallyport.proxy.db.wire.FrontendMessage;
import java.util.ArrayList;
import java.util.List;

/** Reads the parameters of a Bind as the record shows them. Stateless. */
final class Parameters {
    private Parameters() {}

    /** Copies; the message may be released afterwards. */
    static List<Parameter> of(FrontendMessage.Bind bind, Prepared prepared, ParameterText text) {
        int count = bind.parameters().count();
        if (count == 0) {
            return List.of();
        }
        var parameters = new ArrayList<Parameter>(count);
        for (int i = 0; i < count; i++) {
            long type = prepared.type(i);
            int format = Format.of(bind.parameterFormats(), i) == Format.BINARY ? 1 : 0;
            parameters.add(
                    new Parameter(
                            type,
                            bind.parameters().isNull(i)
                                    ? new ParameterValue.Null()
                                    : text.of(type, format, bind.parameters().value(i))));
        }
        return parameters;
    }
}
