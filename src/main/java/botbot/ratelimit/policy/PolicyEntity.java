package botbot.ratelimit.policy;

import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Policy;
import botbot.space.Space;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/** A policy as it is stored. */
@Entity
@Table(name = "policy")
@IdClass(PolicyId.class)
class PolicyEntity extends PanacheEntityBase {

  @Id String space;

  @Id String name;

  String tier;

  String endpoint;

  @Column(name = "max_units")
  long limit;

  @Column(name = "window_ms")
  long windowMs;

  @Enumerated(EnumType.STRING)
  Algorithm algorithm;

  @Column(name = "on_outage")
  @Enumerated(EnumType.STRING)
  OnOutage onOutage;

  boolean shadow;

  boolean enabled;

  long version;

  void set(Space inSpace, Policy policy) {
    space = inSpace.name();
    name = policy.name();
    tier = policy.tier();
    endpoint = policy.endpoint();
    limit = policy.limit();
    windowMs = policy.windowMs();
    algorithm = policy.algorithm();
    onOutage = policy.onOutage();
    shadow = policy.shadow();
    enabled = policy.enabled();
    version = policy.version();
  }

  Policy policy() {
    return new Policy(
        name, tier, endpoint, limit, windowMs, algorithm, onOutage, shadow, enabled, version);
  }
}
