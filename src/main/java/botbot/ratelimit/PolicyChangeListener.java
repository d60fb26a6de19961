package botbot.ratelimit;

/** Goes by policies, and is told whenever others come into force. */
interface PolicyChangeListener {

  /** Whatever was found by the policies before may be otherwise by those of now. */
  void policiesChanged();
}
