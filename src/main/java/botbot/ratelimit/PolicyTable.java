package botbot.ratelimit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import botbot.change.ChangeKind;
import botbot.change.Changes;
import botbot.http.EntityTags;
import botbot.http.Missing;
import botbot.http.Preconditions;
import botbot.space.Deployment;
import botbot.space.Key;
import botbot.space.Space;
import io.quarkus.panache.common.Sort;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policies in PostgreSQL. Every method is one transaction, and blocks. */
@Singleton
class PolicyTable {

  /** All policies of all spaces at one revision. */
  record Content(long revision, Deployment deployment, Map<Space, List<Policy>> policies) {}

  /** A stored policy, and whether there was none of that name before. */
  record Stored(Policy policy, boolean created) {}

  private final EntityManager entities;
  private final Changes changes;

  PolicyTable(EntityManager entities, Changes changes) {
    this.entities = entities;
    this.changes = changes;
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

  /** The revision and then the policies, which may be newer: the next look will tell. */
  @Transactional
  Content load() {
    long revision = revision();
    List<PolicyEntity> all = PolicyEntity.listAll(Sort.by("name"));
    Map<Space, List<Policy>> bySpace =
        all.stream()
            .collect(
                groupingBy(
                    entity -> new Space(entity.space), mapping(PolicyEntity::policy, toList())));
    String identity =
        (String) entities.createNativeQuery("select identity from deployment").getSingleResult();
    return new Content(revision, new Deployment(identity), bySpace);
  }

  @Transactional
  long revision() {
    return number("select revision from rate_policy_revision");
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
  void deleteAll(Space space) {
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
    return number("update rate_policy_revision set revision = revision + 1 returning revision");
  }

  private long number(String sql) {
    return ((Number) entities.createNativeQuery(sql).getSingleResult()).longValue();
  }
}
