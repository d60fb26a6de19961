package botbot.document.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;

/** An evaluation that ends when its time is over: it passes by here with every keyword. */
final class TimedExecution extends ExecutionContext {

  /** Of failed branches too; the memory of an evaluation grows with them. */
  private static final int MAX_ERRORS = 50_000;

  private final CheckTime time;

  TimedExecution(ExecutionConfig config, CheckTime time) {
    super(config);
    this.time = time;
  }

  @Override
  public void evaluationPathAddLast(String token) {
    time.check();
    super.evaluationPathAddLast(token);
  }

  @Override
  public void evaluationPathAddLast(int token) {
    time.check();
    super.evaluationPathAddLast(token);
  }

  @Override
  public void addError(Error error) {
    time.check();
    if (getErrors().size() >= MAX_ERRORS) {
      throw new CheckTooLong();
    }
    super.addError(error);
  }
}
