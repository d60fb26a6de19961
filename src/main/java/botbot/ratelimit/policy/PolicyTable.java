package botbot.ratelimit.policy;

import botbot.change.ChangeKind;
import botbot.change.Changes;
import botbot.database.WatchPool;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.problem.Missing;
import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Policy;
import botbot.space.Deployment;
import botbot.space.Key;
import botbot.space.Space;
import io.quarkus.panache.common.Sort;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The policies in PostgreSQL. Every method is one transaction, and blocks. What checks go by is
 * read over the connections of what keeps watch.
 */
@Singleton
public class PolicyTable {

  /** All policies of all spaces at one revision. */
  record Content(long revision, Deployment deployment, Map<Space, List<Policy>> policies) {}

  /** A stored policy, and whether there was none of that name before. */
  record Stored(Policy policy, boolean created) {}

  private static final String REVISION = "select revision from rate_policy_revision";

  private static final String NEXT_REVISION =
      "update rate_policy_revision set revision = revision + 1 returning revision";

  private static final String ALL =
      """
      select r.revision, d.identity, p.*
        from rate_policy_revision r cross join deployment d left join policy p on true
       order by p.name
      """;

  private final EntityManager entities;
  private final Changes changes;
  private final WatchPool watch;

  PolicyTable(EntityManager entities, Changes changes, WatchPool watch) {
    this.entities = entities;
    this.changes = changes;
    this.watch = watch;
  }

  @Transactional
  Optional<Policy> find(Key key) {
    return PolicyEntity.<PolicyEntity>findByIdOptional(PolicyId.of(key)).map(PolicyEntity::policy);
  }

  /** At most {@code limit} policies of a space by name, from the one after {@code after} on. */
  @Transactional
  List<Policy> list(Space space, String after, int limit) {
    return PolicyEntity.<PolicyEntity>find(
            "space = ?1 and name > ?2", Sort.by("name"), space.name(), after)
        .page(0, limit)
        .stream()
        .map(PolicyEntity::policy)
        .toList();
  }

  /** All policies, and the revision they are of, in one snapshot. */
  Content load() throws SQLException {
    return watch.query(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(ALL);
              ResultSet row = query.executeQuery()) {
            return content(row);
          }
        });
  }

  private static Content content(ResultSet row) throws SQLException {
    row.next();
    long revision = row.getLong("revision");
    Deployment deployment = new Deployment(row.getString("identity"));
    Map<Space, List<Policy>> bySpace = new HashMap<>();
    do {
      String space = row.getString("space");
      if (space != null) {
        bySpace.computeIfAbsent(new Space(space), s -> new ArrayList<>()).add(policy(row));
      }
    } while (row.next());
    return new Content(revision, deployment, bySpace);
  }

  private static Policy policy(ResultSet row) throws SQLException {
    return new Policy(
        row.getString("name"),
        row.getString("tier"),
        row.getString("endpoint"),
        row.getLong("max_units"),
        row.getLong("window_ms"),
        Algorithm.valueOf(row.getString("algorithm")),
        OnOutage.valueOf(row.getString("on_outage")),
        row.getBoolean("shadow"),
        row.getBoolean("enabled"),
        row.getLong("version"));
  }

  /** Grows with every change of a policy. */
  long revision() throws SQLException {
    return watch.query(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(REVISION);
              ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  @Transactional
  Stored put(Space space, Policy policy, Preconditions conditions) {
    long version = nextRevision();
    Optional<PolicyEntity> known =
        PolicyEntity.findByIdOptional(PolicyId.of(space.key(policy.name())));
    conditions.checkWrite(known.map(entity -> EntityTags.of(entity.version)));
    Policy stored = policy.at(version);
    PolicyEntity entity = known.orElseGet(PolicyEntity::new);
    entity.set(space, stored);
    entity.persist();
    changed(space, stored, false);
    return new Stored(stored, known.isEmpty());
  }

  @Transactional
  void delete(Key key, Preconditions conditions) {
    long version = nextRevision();
    PolicyEntity entity =
        PolicyEntity.<PolicyEntity>findByIdOptional(PolicyId.of(key))
            .orElseThrow(() -> missing(key.id()));
    conditions.checkWrite(Optional.of(EntityTags.of(entity.version)));
    entity.delete();
    changed(key.space(), entity.policy().at(version), true);
  }

  /** Deletes all policies of a space. */
  @Transactional
  public void deleteAll(Space space) {
    nextRevision();
    PolicyEntity.delete("space", space.name());
  }

  static Missing missing(String name) {
    return new Missing("There is no rate policy \"" + name + "\".");
  }

  /** Every change passes here, within its transaction and in the order of versions. */
  private void changed(Space space, Policy policy, boolean deleted) {
    changes.record(space, ChangeKind.RATE_POLICY, policy.name(), policy.version(), deleted);
  }

  /** Locks the revision until the end of the transaction: changes are made one after the other. */
  private long nextRevision() {
    return ((Number) entities.createNativeQuery(NEXT_REVISION).getSingleResult()).longValue();
  }
}
