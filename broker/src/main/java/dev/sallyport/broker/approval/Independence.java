package dev.sallyport.broker.approval;

import dev.sallyport.access.Agent;
import dev.sallyport.broker.identity.HumanCaller;
import dev.sallyport.broker.store.Question;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may answer a question: nobody may decide on a right of their own, under whatever name.
 *
 * <p>Names are compared loosely on purpose: {@code Alice}, {@code alice@example.com} and {@code
 * github/alice} count as one human. Two people who share a local part cannot approve for each
 * other; that is the cheaper mistake.
 */
final class Independence {
    private Independence() {}

    /** Why {@code human} may not answer {@code question}; empty when they may. */
    static Optional<String> objection(HumanCaller human, Question question) {
        Agent agent = question.agent();
        Set<String> names = forms(names(human));
        if (names.contains(plain(agent.id())) || names.contains(plain(question.id()))) {
            return Optional.of("the requester cannot approve");
        }
        if (meets(names, forms(List.of(agent.owner())))) {
            return Optional.of("the agent's owner cannot approve");
        }
        if (names.contains(plain(agent.run()))) {
            return Optional.of("the same run cannot approve");
        }
        if (forms(human.groups()).contains(plain(agent.owner()))) {
            return Optional.of("a member of the owning group cannot approve");
        }
        if (!hasVoice(human, question)) {
            return Optional.of("not in a group that may answer this question");
        }
        return Optional.empty();
    }

    /** True when {@code human} is in a group that is asked. */
    static boolean hasVoice(HumanCaller human, Question question) {
        return voices(question.agent(), question.groups()).stream()
                .anyMatch(human.groups()::contains);
    }

    /** A group that the agent itself is in gives no voice: it would approve itself. */
    static List<String> voices(Agent agent, List<String> groups) {
        return groups.stream().filter(group -> !agent.groups().contains(group)).toList();
    }

    /** True when {@code human} is among those who answered already, under whatever name. */
    static boolean hasAnswered(HumanCaller human, Question question) {
        Set<String> names = forms(names(human));
        return question.ballots().stream()
                .anyMatch(ballot -> meets(names, forms(List.of(ballot.approver()))));
    }

    private static List<String> names(HumanCaller human) {
        return Stream.concat(Stream.of(human.id()), human.aliases().stream()).toList();
    }

    private static boolean meets(Set<String> some, Set<String> others) {
        return others.stream().anyMatch(some::contains);
    }

    /** Each name as it is, without its prefix, and without its domain. */
    private static Set<String> forms(Collection<String> names) {
        var forms = new HashSet<String>();
        for (String name : names) {
            String plain = plain(name);
            String last = plain.substring(lastSeparator(plain) + 1);
            Stream.of(plain, last, local(plain), local(last))
                    .filter(form -> !form.isEmpty())
                    .forEach(forms::add);
        }
        return forms;
    }

    private static int lastSeparator(String name) {
        return Math.max(
                name.lastIndexOf('/'), Math.max(name.lastIndexOf(':'), name.lastIndexOf('|')));
    }

    private static String local(String name) {
        int at = name.indexOf('@');
        String local = at < 0 ? name : name.substring(0, at);
        int plus = local.indexOf('+');
        return plus <= 0 || at < 0 ? local : local.substring(0, plus);
    }

    private static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    }
}
