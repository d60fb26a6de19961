package botbot.ratelimit;

import botbot.change.ChangeKind;
import botbot.change.Changes;
import botbot.http.EntityTags;
import botbot.http.Missing;
import botbot.http.Preconditions;
import io.quarkus.panache.common.Sort;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** The policies in PostgreSQL. Every method is one transaction, and blocks. */
@Singleton
class PolicyTable {

  /** All policies at one revision. */
  record Content(long revision, List<Policy> policies) {}

  /** A stored policy, and whether there was none of that name before. */
  record Stored(Policy policy, boolean created) {}

  private final EntityManager entities;
  private final Changes changes;

  PolicyTable(EntityManager entities, Changes changes) {
    this.entities = entities;
    this.changes = changes;
  }

  @Transactional
  Optional<Policy> find(String name) {
    return PolicyEntity.<PolicyEntity>findByIdOptional(name).map(PolicyEntity::policy);
  }

  /** At most {@code limit} policies by name, from the one after {@code after} on. */
  @Transactional
  List<Policy> list(String after, int limit) {
    return PolicyEntity.<PolicyEntity>find("name > ?1", Sort.by("name"), after)
        .page(0, limit)
        .stream()
        .map(PolicyEntity::policy)
        .toList();
  }

  /** The revision and then the policies, which may be newer: the next look will tell. */
  @Transactional
  Content load() {
    long revision = revision();
    List<PolicyEntity> all = PolicyEntity.listAll(Sort.by("name"));
    return new Content(revision, all.stream().map(PolicyEntity::policy).toList());
  }

  @Transactional
  long revision() {
    return number("select revision from rate_policy_revision");
  }

  @Transactional
  Stored put(Policy policy, Preconditions conditions) {
    long version = nextRevision();
    Optional<PolicyEntity> known = PolicyEntity.findByIdOptional(policy.name());
    conditions.checkWrite(known.map(entity -> EntityTags.of(entity.version)));
    Policy stored = policy.at(version);
    PolicyEntity entity = known.orElseGet(PolicyEntity::new);
    entity.set(stored);
    entity.persist();
    changed(stored, false);
    return new Stored(stored, known.isEmpty());
  }

  @Transactional
  void delete(String name, Preconditions conditions) {
    long version = nextRevision();
    PolicyEntity entity =
        PolicyEntity.<PolicyEntity>findByIdOptional(name).orElseThrow(() -> missing(name));
    conditions.checkWrite(Optional.of(EntityTags.of(entity.version)));
    entity.delete();
    changed(entity.policy().at(version), true);
  }

  static Missing missing(String name) {
    return new Missing("There is no rate policy \"" + name + "\".");
  }

  /** Every change passes here, within its transaction and in the order of versions. */
  private void changed(Policy policy, boolean deleted) {
    changes.record(ChangeKind.RATE_POLICY, policy.name(), policy.version(), deleted);
  }

  /** Locks the revision until the end of the transaction: changes are made one after the other. */
  private long nextRevision() {
    return number("update rate_policy_revision set revision = revision + 1 returning revision");
  }

  private long number(String sql) {
    return ((Number) entities.createNativeQuery(sql).getSingleResult()).longValue();
  }
}
