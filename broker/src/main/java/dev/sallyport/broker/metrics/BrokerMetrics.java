package dev.sallyport.broker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/** The broker's meters. Labels are closed sets: no agent, target or grant is named. Thread-safe. */
public final class BrokerMetrics {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Timer issuance =
            Timer.builder("sallyport.issuance")
                    .description("from an access request to its certificates")
                    .publishPercentileHistogram()
                    .register(registry);
    private final Timer kill =
            Timer.builder("sallyport.kill")
                    .description("from a kill to the confirmation of every connected node")
                    .publishPercentileHistogram()
                    .register(registry);

    /** An access request was answered with {@code issued}, {@code pending} or {@code refused}. */
    public void requested(String outcome) {
        Counter.builder("sallyport.requests")
                .description("access requests, by what became of them")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** A call of a route ended with a status. */
    public void called(String route, int status) {
        Counter.builder("sallyport.api.calls")
                .description("calls of the API, by route and status")
                .tag("route", route)
                .tag("status", "" + status)
                .register(registry)
                .increment();
    }

    /** A connection was closed: {@code peer} held too many, or was {@code late} to ask. */
    public void turnedAway(String because) {
        registry.counter("sallyport.api.turned.away", "because", because).increment();
    }

    /** Certificates were issued. */
    public void issued(Duration took) {
        issuance.record(took);
    }

    /** A lock was confirmed. */
    public void killed(Duration took) {
        kill.record(took);
    }

    /**
     * Watches a number: approvals open, sessions live, the recorder's lag in bytes.
     *
     * @param name for example {@code sallyport.sessions.live}
     */
    public void watch(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** Forgets all meters, and with them whatever they watch. */
    public void forget() {
        registry.clear();
    }

    /** All meters in Prometheus' text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }
}
