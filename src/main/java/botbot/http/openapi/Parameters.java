package botbot.http.openapi;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;

/**
 * The bounds of parameters, and their order, which generated clients take over: those of the path
 * as they stand in it, then those of the query, what is required first and what turns pages last,
 * then headers.
 */
final class Parameters {

  /** Those of a query that are not required: the others, then these. */
  private static final List<String> ORDER = List.of("tier", "endpoint", "limit", "cursor");

  private Parameters() {}

  static void complete(String path, Operation operation) {
    if (operation.getParameters() == null) {
      return;
    }
    operation.getParameters().forEach(is -> Bounds.add(is.getName(), is.getSchema()));
    List<Parameter> parameters = new ArrayList<>(operation.getParameters());
    parameters.sort(
        comparingInt(Parameters::place)
            .thenComparingInt(is -> path.indexOf("{" + is.getName() + "}"))
            .thenComparing(is -> !Boolean.TRUE.equals(is.getRequired()))
            .thenComparingInt(is -> ORDER.indexOf(is.getName())));
    operation.setParameters(parameters);
  }

  private static int place(Parameter is) {
    return is.getIn() == In.PATH ? 0 : is.getIn() == In.QUERY ? 1 : 2;
  }
}
