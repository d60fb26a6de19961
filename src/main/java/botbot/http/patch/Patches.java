package botbot.http.patch;

import botbot.http.json.ExactJson;
import botbot.http.json.JsonFaults;
import botbot.http.json.Limits;
import botbot.http.problem.BadInput;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;

/** Applies a {@link Patch} to a resource, and reads the result by the rules of a PUT. */
@Singleton
public final class Patches {
  private final ObjectMapper mapper;
  private final Validator validator;
  private final Limits limits;

  @Inject
  Patches(ObjectMapper mapper, Validator validator, Limits limits) {
    this.mapper = mapper;
    this.validator = validator;
    this.limits = limits;
  }

  /**
   * Applies {@code patch} to {@code resource} as GET shows it, and reads the result as the body of
   * a PUT. {@link BadInput} where the patch changes one of the {@code readOnly} fields, or the
   * result is no {@code body}.
   */
  public <B> B apply(Patch patch, Object resource, Set<String> readOnly, Class<B> body) {
    for (String name : patch.named()) {
      if (readOnly.contains(name)) {
        throw new BadInput(name, "is read-only");
      }
    }
    ObjectNode shown = (ObjectNode) ExactJson.parse(write(resource));
    if (!(patch.applyTo(shown, limits) instanceof ObjectNode changed)) {
      throw new BadInput("body", "must leave an object");
    }
    for (String name : readOnly) {
      JsonNode before = shown.get(name);
      if (!Objects.equals(before, changed.get(name))) {
        throw new BadInput(name, "is read-only");
      }
    }
    return read(changed.without(readOnly), body);
  }

  private <B> B read(JsonNode tree, Class<B> type) {
    try {
      B body = mapper.readValue(ExactJson.write(tree), type);
      var violations = validator.validate(body);
      if (!violations.isEmpty()) {
        throw new ConstraintViolationException(violations);
      }
      return body;
    } catch (JsonProcessingException fault) {
      throw JsonFaults.explain(fault);
    }
  }

  private String write(Object resource) {
    try {
      return mapper.writeValueAsString(resource);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
