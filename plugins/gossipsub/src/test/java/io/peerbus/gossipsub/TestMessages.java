package io.peerbus.gossipsub;

/** What tests of the adapter need of the machine's insides. */
public final class TestMessages {

  public static final String AUTHOR = TestPeers.peer(1).toString();
  public static final String SOURCE = TestPeers.peer(2).toString();

  private TestMessages() {}

  /** A message that the machine wants delivered. */
  public static Action.Deliver delivery(String topic, String data) {
    Message message = Message.draft(TestPeers.peer(1).toBytes(), TestPeers.seqno(1), topic, TestPeers.utf8(data));
    return new Action.Deliver(topic, message, TestPeers.id(TestPeers.peer(1), 1), TestPeers.peer(2));
  }
}
