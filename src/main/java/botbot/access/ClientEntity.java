package botbot.access;

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
@Table(name = "clients")
class ClientEntity extends PanacheEntityBase {

  @Id String name = "";

  /** Names in their order, separated by commas. */
  String roles = "";

  @Nullable String tier;

  /** From the one sequence of versions, so that it grows over deletion and re-creation. */
  long version;

  /** Stores a new client; false where the name is taken, be it by a transaction beside this one. */
  static boolean add(String name, Collection<Role> roles, @Nullable String tier) {
    return getEntityManager()
            .createNativeQuery(
                """
                insert into clients (name, roles, tier, version)
                values (:name, :roles, cast(:tier as text), nextval('version_seq'))
                on conflict do nothing
                """)
            .setParameter("name", name)
            .setParameter(
                "roles",
                roles.stream().sorted().map(Role::toString).collect(Collectors.joining(",")))
            .setParameter("tier", tier)
            .executeUpdate()
        == 1;
  }

  static Optional<ClientEntity> locked(String name) {
    return Optional.ofNullable(findById(name, LockModeType.PESSIMISTIC_WRITE));
  }

  static List<ClientEntity> after(String name, int limit) {
    return ClientEntity.<ClientEntity>find("name > ?1 order by name", name)
        .range(0, limit - 1)
        .list();
  }

  void takeVersion() {
    version =
        (Long)
            getEntityManager()
                .createNativeQuery("select nextval('version_seq')", Long.class)
                .getSingleResult();
  }

  List<Role> roles() {
    return Arrays.stream(roles.split(",")).map(Role::of).toList();
  }
}
