package botbot.document;

import botbot.change.ChangeKind;
import botbot.http.problem.Missing;

/**
 * A kind of document.
 *
 * @param change as the stream of changes names it
 * @param route of one document over HTTP, with a colon before the parameter
 * @param parameter of the route, which is the key
 * @param field by which callers know the content
 */
public record DocumentKind(ChangeKind change, String route, String parameter, String field) {

  String path(String key) {
    return route.replace(":" + parameter, key);
  }

  Missing missing(String key) {
    return new Missing("There is no %s \"%s\".".formatted(change, key));
  }

  Missing missing(String key, long number) {
    return new Missing("There is no version %d of %s \"%s\".".formatted(number, change, key));
  }
}
