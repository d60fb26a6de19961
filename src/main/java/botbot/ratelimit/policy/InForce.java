package botbot.ratelimit.policy;

import botbot.ratelimit.rule.RuleSet;
import botbot.space.Space;
import java.util.List;
import java.util.Map;

/** The policies in force in every space, at one revision. */
public record InForce(long revision, Map<Space, RuleSet> bySpace) {

  /** Those of one space; none where it has none. */
  public RuleSet of(Space space) {
    RuleSet known = bySpace.get(space);
    return known == null ? new RuleSet(space, List.of()) : known;
  }
}
