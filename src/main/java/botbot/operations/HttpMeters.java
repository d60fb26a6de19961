package botbot.operations;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** The histogram of the requests, few buckets of it: there is one for each route and status. */
class HttpMeters {

  private static final double[] BOUNDS =
      DoubleStream.of(2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
          .map(ms -> ms * TimeUnit.MILLISECONDS.toNanos(1))
          .toArray();

  @Produces
  @Singleton
  static MeterFilter histogram() {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals("http.server.requests")
            ? DistributionStatisticConfig.builder()
                .serviceLevelObjectives(BOUNDS)
                .build()
                .merge(config)
            : config;
      }
    };
  }
}
