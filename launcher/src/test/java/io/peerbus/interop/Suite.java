package io.peerbus.interop;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** What all classes of the suite share in one run: the peers, and the table of what became of each check. */
final class Suite implements TestWatcher, ParameterResolver {

  /** A test class of the suite, one instance for each pairing. */
  interface Member {
    Meeting meeting();
  }

  private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Suite.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Peers.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared(context, Peers.class);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    note(context, Table.Outcome.PASS, null);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    note(context, Table.Outcome.SKIPPED, cause);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    note(context, Table.Outcome.FAIL, cause);
  }

  private static void note(ExtensionContext context, Table.Outcome outcome, Throwable cause) {
    Meeting meeting = ((Member) context.getRequiredTestInstance()).meeting();
    Table.Row row = meeting.hasPeer()
        ? new Table.Row(meeting.peer().implementation(), meeting.peer().version(), meeting.pairing())
        : new Table.Row(meeting.pairing().language().id() + "-libp2p", "–", meeting.pairing());
    String check = Optional.ofNullable(context.getRequiredTestMethod().getAnnotation(Check.class))
        .map(Check::value).orElse("else");
    shared(context, Table.class).put(row, check, outcome);
    System.out.println("interop: " + meeting.pairing() + ": " + context.getDisplayName() + ": " + outcome
        + (cause == null ? "" : " " + cause.getMessage()));
  }

  private static <T> T shared(ExtensionContext context, Class<T> type) {
    return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(type, key -> type == Peers.class
        ? type.cast(new Peers()) : type.cast(new Table()), type);
  }
}
