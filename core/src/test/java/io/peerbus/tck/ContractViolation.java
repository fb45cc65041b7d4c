package io.peerbus.tck;

/** A plugin does not keep to a clause of the contract. Its message is for the plugin's author. */
final class ContractViolation extends AssertionError {

  private static final long serialVersionUID = 1L;

  private final Clause clause;

  ContractViolation(Clause clause, String message) {
    super(message);
    this.clause = clause;
  }

  Clause clause() {
    return clause;
  }
}
