package botbot.access.client;

import botbot.access.identity.Role;
import botbot.space.Space;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client as it is stored. */
@Entity
@Table(name = "client")
class ClientEntity extends PanacheEntityBase {

  @Id String name = "";

  /** Names in their order, separated by commas. */
  String roles = "";

  @Nullable String tier;

  /** Its space, or {@link Space#ANY}. */
  String space = Space.DEFAULT.name();

  /** From the one sequence of versions, so that it grows over deletion and re-creation. */
  long version;

  /** Stores a new client; false where the name is taken, be it by a transaction beside this one. */
  static boolean add(String name, Collection<Role> roles, @Nullable String tier, String space) {
    return getEntityManager()
            .createNativeQuery(
                """
                insert into client (name, roles, tier, space, version)
                values (:name, :roles, cast(:tier as text), :space, next_version())
                on conflict do nothing
                """)
            .setParameter("name", name)
            .setParameter(
                "roles",
                roles.stream().sorted().map(Role::toString).collect(Collectors.joining(",")))
            .setParameter("tier", tier)
            .setParameter("space", space)
            .executeUpdate()
        == 1;
  }

  /** Keeps a space from being erased until the transaction ends; false if that has begun. */
  static boolean lockUnlessErased(String space) {
    getEntityManager()
        .createNativeQuery("select 1 from pg_advisory_xact_lock_shared(space_lock(:space))")
        .setParameter("space", space)
        .getSingleResult();
    return (Boolean)
        getEntityManager()
            .createNativeQuery(
                """
                select not exists
                  (select from erasure where space = :space and user_id is null)
                """,
                Boolean.class)
            .setParameter("space", space)
            .getSingleResult();
  }

  static Optional<ClientEntity> locked(String name) {
    return Optional.ofNullable(findById(name, LockModeType.PESSIMISTIC_WRITE));
  }

  static List<ClientEntity> after(String name, int limit) {
    return ClientEntity.<ClientEntity>find("name > ?1 order by name", name)
        .range(0, limit - 1)
        .list();
  }

  static List<ClientEntity> ofSpace(String space, String after, int limit) {
    return ClientEntity.<ClientEntity>find("space = ?1 and name > ?2 order by name", space, after)
        .range(0, limit - 1)
        .list();
  }

  void takeVersion() {
    version =
        (Long)
            getEntityManager()
                .createNativeQuery("select next_version()", Long.class)
                .getSingleResult();
  }

  List<Role> roles() {
    return Arrays.stream(roles.split(",")).map(Role::of).toList();
  }
}
