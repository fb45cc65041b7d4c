package io.peerbus.gossipsub;

import java.util.ArrayList;
import java.util.List;

/** Writes down what is in an RPC. */
class Recorder implements Rpc.Visitor {

  final List<String> entries = new ArrayList<>();

  @Override
  public void onSubscription(boolean subscribe, String topic) {
    entries.add((subscribe ? "subscribe " : "unsubscribe ") + topic);
  }

  @Override
  public void onMessage(Message message) {
    entries.add("message " + java.util.HexFormat.of().formatHex(message.bytes()));
  }

  @Override
  public void onIHave(String topic, List<MessageId> ids) {
    entries.add("ihave " + topic + " " + ids);
  }

  @Override
  public void onIWant(List<MessageId> ids) {
    entries.add("iwant " + ids);
  }

  @Override
  public void onGraft(String topic) {
    entries.add("graft " + topic);
  }

  @Override
  public void onPrune(String topic, long backoffSeconds) {
    entries.add("prune " + topic + " " + Long.toUnsignedString(backoffSeconds));
  }
}
