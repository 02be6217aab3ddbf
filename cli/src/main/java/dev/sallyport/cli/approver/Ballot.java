package dev.sallyport.cli.approver;

import dev.sallyport.broker.api.ApiBody;
import dev.sallyport.broker.client.BrokerClient;
import dev.sallyport.cli.CommandFailedException;
import dev.sallyport.cli.Globals;
import dev.sallyport.cli.Json;
import dev.sallyport.cli.Text;
import dev.sallyport.cli.broker.BrokerCalls;

/** Casts a vote on exactly what is shown here and now. */
final class Ballot {
    private Ballot() {}

    /**
     * Shows the question and votes with the hash of what was shown.
     *
     * @param expectedHash of a text seen earlier, or empty
     * @param json whether the answer is printed for machines
     */
    static void cast(
            Globals globals,
            BrokerClient client,
            String id,
            boolean yes,
            String comment,
            String expectedHash,
            boolean json) {
        ApiBody.ApprovalView question = BrokerCalls.call(() -> client.approval(id));
        if (!expectedHash.isEmpty() && !expectedHash.equals(question.hash())) {
            throw new CommandFailedException("what waits under " + id + " is not what you saw");
        }
        if (!json) {
            Text.safe(question.shown())
                    .lines()
                    .forEach(line -> globals.out().println("  | " + line));
        }
        ApiBody.ApprovalView decided =
                BrokerCalls.call(() -> client.decide(id, yes, question.hash(), comment));
        if (json) {
            Json.print(globals.out(), decided);
        } else {
            globals.out().println(id + " is " + Text.line(decided.state()));
        }
    }
}
