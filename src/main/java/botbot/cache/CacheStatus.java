package botbot.cache;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** How the cached reads of a request were served: {@code Cache-Status}, RFC 9211. */
@RequestScoped
public class CacheStatus {

  /** From best to worst: the worst of several reads is reported. */
  public enum Outcome {
    LOCAL_HIT("local; hit"),
    /** Older than promised, as what is newer cannot be had. */
    LOCAL_UNVERIFIED("local; hit; detail=unverified"),
    HIT("redis; hit"),
    /** A hit while PostgreSQL is away, for which nothing vouches. */
    UNVERIFIED("redis; hit; detail=unverified"),
    COLLAPSED("redis; fwd=uri-miss; collapsed"),
    STORED("redis; fwd=uri-miss; stored"),
    MISS("redis; fwd=uri-miss"),
    BYPASS("redis; fwd=bypass; detail=unavailable");

    private final String field;

    Outcome(String field) {
      this.field = field;
    }

    String field() {
      return field;
    }
  }

  private @Nullable Outcome worst;

  /** Notes a read. */
  public void note(Outcome outcome) {
    if (worst == null || outcome.compareTo(worst) > 0) {
      worst = outcome;
    }
  }

  /** The worst so far; null if nothing was read. */
  public @Nullable Outcome outcome() {
    return worst;
  }
}
