package botbot.document.schema;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** JSON Schema 2020-12 whose schemas are also made ready within the time of a check. */
final class TimedDialect {

  /** The builder makes it by itself, and takes no other. */
  private static final String FORMAT = "format";

  private TimedDialect() {}

  static Dialect of(CheckTime time) {
    Dialect blueprint = Dialects.getDraft202012();
    return Dialect.builder(blueprint)
        .keywords(
            (Map<String, Keyword> keywords) -> {
              blueprint
                  .getKeywords()
                  .forEach(
                      (name, keyword) -> {
                        if (!name.equals(FORMAT)) {
                          keywords.put(name, new TimedKeyword(keyword, time));
                        }
                      });
              ComparingKeyword.all(time)
                  .forEach(own -> keywords.put(own.getValue(), new TimedKeyword(own, time)));
            })
        // the validator's own keeps every name it meets for ever, and logs it
        .unknownKeywordFactory((name, context) -> null)
        .build();
  }

  private record TimedKeyword(Keyword keyword, CheckTime time) implements Keyword {

    @Override
    public String getValue() {
      return keyword.getValue();
    }

    @Override
    public KeywordValidator newValidator(
        SchemaLocation location, JsonNode value, Schema parent, SchemaContext context)
        throws SchemaException, Exception {
      time.check();
      return keyword.newValidator(location, value, parent, context);
    }
  }
}
