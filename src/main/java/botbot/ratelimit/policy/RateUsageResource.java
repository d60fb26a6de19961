package botbot.ratelimit.policy;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.http.ValidName;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.ratelimit.rule.Policy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the policies decided of late, over HTTP. */
@Path("/v1/rate-usage")
@Tag(name = "rate-policies")
@RolesAllowed(Role.ADMIN_NAME)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class RateUsageResource {

  private final CallerSpace caller;
  private final PolicyTable table;
  private final RateUsage usage;

  RateUsageResource(CallerSpace caller, PolicyTable table, RateUsage usage) {
    this.caller = caller;
    this.table = table;
    this.usage = usage;
  }

  /**
   * What each policy decided here in the last minute and hour, in the order of {@code GET
   * /v1/rate-policies}, whose cursor is taken too; or {@code policy} alone, if there is one.
   */
  @GET
  @Operation(operationId = "listRateUsage", summary = "List what the policies decided")
  public Page<Usage> list(
      @QueryParam("policy") @ValidName @Nullable String policy,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    List<Policy> found =
        policy == null
            ? table.list(caller.current(), after(cursor), limit + 1)
            : table.find(caller.key(policy)).stream().toList();
    return Page.of(found, limit, one -> Cursor.of(one.name()))
        .map(one -> usage.of(caller.key(one.name())));
  }

  private static String after(@Nullable String cursor) {
    return Cursor.parse(cursor, 1).map(at -> at.text(0)).orElse("");
  }
}
