package io.peerbus.tck;

/** What a node may expect of a plugin, each in one sentence that a failed check shows to the plugin's author. */
enum Clause {
  DEPLOYS("The verticle starts within 10 s in a node that runs; after that the node serves every protocol id of it."),
  HONEST("A peer that keeps to the protocol is served, whatever other peers do, and at the latest within 10 s."),
  ENDS("When the peer has ended its direction, the plugin ends its own, or resets the stream, within patience(). "
      + "Call stream.end() in the endHandler, behind the last answer."),
  IDLE("A stream on which the peer says nothing is over within idleLimit(): it holds one of few places. "
      + "Set a timer when the stream comes, and cancel it in the closeHandler."),
  BACK_PRESSURE("A plugin does not go on writing to a peer that does not read: its memory is not the peer's to fill. "
      + "Pause the stream that the bytes come from while writeQueueFull(), or use pipeTo."),
  NOT_PER_STREAM("When a stream is over, what was made for it is given back: its timers, its consumers. "
      + "Cancel and unregister them in the stream's closeHandler."),
  UNDEPLOYS("An undeploy completes within drain() and 5 s, also with streams in the middle of anything. "
      + "stop(host) must complete; core resets what is left."),
  STREAMS_GO("Every stream has ended, or is reset, when the undeploy completes: no peer is left waiting."),
  IDS_GO("When the undeploy has completed, the node serves none of the plugin's protocol ids."),
  NOTHING_STAYS("After the undeploy nothing of the plugin is left: no timer, no consumer on the event bus, no request "
      + "that waits, no thread, no Netty buffer. Make them on the verticle's own context, from which they are taken "
      + "away for you; end your own threads in stop(host); release your own buffers."),
  AGAIN("A plugin that was undeployed can be deployed again in the same node, many times, and serves as before. "
      + "Keep nothing in static fields."),
  NODE_LIVES("The node serves its other plugins all the while: a handler never blocks, loops or throws without end.");

  private final String sentence;

  Clause(String sentence) {
    this.sentence = sentence;
  }

  /** An error that says what is expected and what happened instead. */
  ContractViolation violated(String happened) {
    return new ContractViolation(this, "The contract, " + this + ": " + sentence + "\nWhat happened: " + happened);
  }
}
