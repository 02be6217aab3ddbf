package dev.sallyport.access.gate;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.Act;
import dev.sallyport.access.port.HoldRequest;
import java.util.List;

/** The verdict on one act. */
public sealed interface Ruling {
    /** It may go on, by these policies. */
    record Allow(List<String> rules) implements Ruling {
        public Allow {
            rules = List.copyOf(rules);
        }
    }

    /** It may go on when classified values are masked in its answer. */
    record Mask(List<String> rules) implements Ruling {
        public Mask {
            rules = List.copyOf(rules);
        }
    }

    /**
     * It waits for humans: {@link SessionGate#await}.
     *
     * @param rules the policies that ask for them
     * @param act what is held, judged again after a yes
     */
    record Hold(HoldRequest request, List<String> rules, Act act) implements Ruling {
        public Hold {
            rules = List.copyOf(rules);
        }
    }

    /** It may not. */
    record Deny(Refusal refusal) implements Ruling {}
}
