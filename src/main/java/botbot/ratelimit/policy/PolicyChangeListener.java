package botbot.ratelimit.policy;

/** Goes by policies, and is told whenever others come into force. */
public interface PolicyChangeListener {

  /** Whatever was found by the policies before may be otherwise by those of now. */
  void policiesChanged();
}
