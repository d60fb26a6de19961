package botbot.erasure;

import botbot.http.problem.Conflict;
import botbot.http.problem.Missing;
import botbot.space.Space;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which spaces there are: those with a client or anything stored. */
@Singleton
class SpaceTable {

  /** The first space after another one; one step through each index. */
  private static final String NEXT =
      """
      select min(first.space) from (
        select min(space) as space from client where space > greatest(:after, '*')
        union all select min(space) from session where space > :after
        union all select min(space) from user_preferences where space > :after
        union all select min(space) from scratch_value where space > :after
        union all select min(space) from document where space > :after
        union all select min(space) from policy where space > :after
        union all select min(space) from erasure where space > :after and user_id is null) first
      """;

  private static final String SUMMARY =
      """
      select cast(:space as text),
        (select count(*) from client where space = :space),
        (select count(*) from session where space = :space),
        (select count(*) from (
          select user_id from session where space = :space
          union select user_id from user_preferences where space = :space) users)
      """;

  private static final String EXISTS =
      """
      select exists (select from session where space = :space)
        or exists (select from user_preferences where space = :space)
        or exists (select from scratch_value where space = :space)
        or exists (select from document where space = :space)
        or exists (select from policy where space = :space)
        or exists (select from erasure where space = :space and user_id is null)
      """;

  private static final String CLIENTS = "select count(*) from client where space = :space";

  /** Clients are made under the same lock, shared. */
  private static final String LOCK = "select 1 from pg_advisory_xact_lock(space_lock(:space))";

  private final EntityManager entities;
  private final ErasureTable erasures;
  private final RateLimits limits;

  SpaceTable(EntityManager entities, ErasureTable erasures, RateLimits limits) {
    this.entities = entities;
    this.erasures = erasures;
    this.limits = limits;
  }

  /** At most {@code limit} spaces by name, from the one after {@code after} on. */
  @Transactional
  List<SpaceSummary> list(String after, int limit) {
    List<SpaceSummary> found = new ArrayList<>();
    for (String name = next(after); name != null && found.size() < limit; name = next(name)) {
      found.add(summary(name));
    }
    return found;
  }

  private @Nullable String next(String after) {
    return (String)
        entities
            .createNativeQuery(NEXT, String.class)
            .setParameter("after", after)
            .getSingleResult();
  }

  private SpaceSummary summary(String name) {
    return (SpaceSummary)
        entities
            .createNativeQuery(SUMMARY, SpaceSummary.class)
            .setParameter("space", name)
            .getSingleResult();
  }

  /**
   * Notes that a space is to be erased. Throws {@link Conflict} while clients belong to it, and
   * {@link Missing} where there is no such space.
   */
  @Transactional
  void erase(Space space) {
    entities.createNativeQuery(LOCK).setParameter("space", space.name()).getSingleResult();
    Number clients =
        (Number)
            entities
                .createNativeQuery(CLIENTS)
                .setParameter("space", space.name())
                .getSingleResult();
    if (clients.longValue() > 0) {
      throw new Conflict("Clients belong to space \"" + space + "\": delete them first.");
    }
    if (!exists(space)) {
      throw new Missing("There is no space \"" + space + "\".");
    }
    limits.deletePolicies(space);
    erasures.add(space);
  }

  private boolean exists(Space space) {
    return (Boolean)
        entities
            .createNativeQuery(EXISTS, Boolean.class)
            .setParameter("space", space.name())
            .getSingleResult();
  }
}
