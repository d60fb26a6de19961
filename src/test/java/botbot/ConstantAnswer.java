package botbot;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What any answer of the service costs: the same caller, a body of 1 KiB, and nothing to look up.
 */
@Path("/constant")
@RolesAllowed("frontend")
@Produces(MediaType.APPLICATION_JSON)
public class ConstantAnswer {

  private static final byte[] BODY =
      ("{\"key\":\"bench\",\"value\":\"" + "x".repeat(950) + "\",\"version\":1}")
          .getBytes(StandardCharsets.UTF_8);

  /** Always the same. */
  @GET
  @Operation(hidden = true)
  public Uni<Response> get() {
    return Uni.createFrom().item(Response.ok(BODY).header(HttpHeaders.ETAG, "\"1\"").build());
  }
}
