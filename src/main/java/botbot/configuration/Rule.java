package botbot.configuration;

import io.quarkus.runtime.configuration.DurationConverter;
import java.io.File;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** What a setting may be. */
sealed interface Rule {

  /** What {@code text} should be, in words that end a sentence; none where it is that. */
  Optional<String> broken(String text);

  /** Whether the value may be shown in a message. */
  default boolean mayBeShown() {
    return true;
  }

  /** A whole number within bounds, both included. */
  record Whole(long min, long max) implements Rule {
    @Override
    public Optional<String> broken(String text) {
      try {
        long number = Long.parseLong(text.strip());
        if (number >= min && number <= max) {
          return Optional.empty();
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      return Optional.of("must be a whole number from " + min + " to " + max);
    }
  }

  /** A share: above 0, and at most 1. */
  record Share() implements Rule {
    @Override
    public Optional<String> broken(String text) {
      try {
        BigDecimal number = new BigDecimal(text.strip());
        if (number.signum() > 0 && number.compareTo(BigDecimal.ONE) <= 0) {
          return Optional.empty();
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      return Optional.of("must be a number above 0 and at most 1");
    }
  }

  /** A duration within bounds, both included, as {@code 250ms} or {@code 10s}. */
  record Time(Duration min, Duration max) implements Rule {
    @Override
    public Optional<String> broken(String text) {
      Duration duration = duration(text);
      return duration != null && duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0
          ? Optional.empty()
          : Optional.of("must be a duration from " + shown(min) + " to " + shown(max));
    }

    static @Nullable Duration duration(String text) {
      try {
        return DurationConverter.parseDuration(text.strip());
      } catch (IllegalArgumentException | ArithmeticException notADuration) {
        return null;
      }
    }

    private static String shown(Duration duration) {
      if (duration.isZero()) {
        return "0s";
      }
      return duration.toMillis() % 1000 == 0
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }
  }

  /** Yes or no. */
  record Flag() implements Rule {
    private static final Set<String> WORDS = Set.of("true", "false");

    @Override
    public Optional<String> broken(String text) {
      return WORDS.contains(text.strip().toLowerCase(Locale.ROOT))
          ? Optional.empty()
          : Optional.of("must be true or false");
    }
  }

  /** Any text that is not empty. */
  record Text() implements Rule {
    @Override
    public Optional<String> broken(String text) {
      return text.isBlank() ? Optional.of("must not be empty") : Optional.empty();
    }
  }

  /** The name of a file that is there. */
  record ReadableFile() implements Rule {
    @Override
    public Optional<String> broken(String text) {
      File file = new File(text);
      return file.isFile() && file.canRead()
          ? Optional.empty()
          : Optional.of("must name a file that can be read");
    }
  }

  /** A key that a header can carry. */
  record Key() implements Rule {
    @Override
    public Optional<String> broken(String text) {
      return text.chars().allMatch(c -> c >= ' ' && c <= '~')
          ? Optional.empty()
          : Optional.of("must be of printable ASCII characters, or no header can carry it");
    }

    @Override
    public boolean mayBeShown() {
      return false;
    }
  }

  /** URLs of some schemes, with commas between; they may hold passwords. */
  record Urls(Set<String> schemes) implements Rule {
    @Override
    public Optional<String> broken(String text) {
      for (String url : text.split(",")) {
        try {
          URI parsed = new URI(url.strip());
          if (parsed.getScheme() == null
              || !schemes.contains(parsed.getScheme().toLowerCase(Locale.ROOT))) {
            return Optional.of("must be a URL of " + String.join(" or ", schemes));
          }
          if (parsed.getHost() == null && !parsed.getScheme().equals("unix")) {
            return Optional.of("must be a URL with a host");
          }
        } catch (URISyntaxException malformed) {
          return Optional.of(
              "is no URL: what is special in a user's name or password must be percent-encoded");
        }
      }
      return Optional.empty();
    }

    @Override
    public boolean mayBeShown() {
      return false;
    }
  }

  /** The address of a database. */
  record Jdbc() implements Rule {
    private static final String SCHEME = "jdbc:postgresql:";

    @Override
    public Optional<String> broken(String text) {
      String url = text.replaceFirst("^jdbc:otel:", "jdbc:");
      if (!url.startsWith(SCHEME)) {
        return Optional.of("must be a URL that begins with " + SCHEME);
      }
      return Driver.parseURL(url, null) == null
          ? Optional.of("is no URL that the driver of PostgreSQL can read")
          : Optional.empty();
    }

    @Override
    public boolean mayBeShown() {
      return false;
    }
  }
}
