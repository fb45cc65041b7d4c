package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Peers without real keys, whose signature is a hash: tests of the machine need thousands of messages. */
final class TestPeers {

  static final String TOPIC = "topic";

  private TestPeers() {}

  /** A peer id that contains its key, as those of Ed25519 do. */
  static PeerId peer(int number) {
    return PeerId.ofPublicKey(key(number));
  }

  static byte[] key(int number) {
    return ByteBuffer.allocate(36).putInt(0x08011220).putInt(number).array();
  }

  static Identity identity(int number) {
    return new Identity(peer(number), key(number));
  }

  static byte[] sign(PeerId author, byte[] signed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(author.toBytes());
      return Arrays.copyOf(digest.digest(signed), 64);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean verify(Message message) {
    return Arrays.equals(message.signature(), sign(message.author(), message.signedBytes()));
  }

  static byte[] seqno(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** A message as its author would send it. */
  static RpcProto.Message message(PeerId author, long seqno, String topic, String data) {
    RpcProto.Message unsigned = RpcProto.Message.newBuilder()
        .setFrom(bytes(author.toBytes())).setSeqno(bytes(seqno(seqno)))
        .addTopic(topic).setData(ByteString.copyFromUtf8(data)).build();
    return unsigned.toBuilder().setSignature(bytes(sign(author, unsigned.toByteArray()))).build();
  }

  /** The id of such a message by the default scheme. */
  static MessageId id(PeerId author, long seqno) {
    byte[] id = Arrays.copyOf(author.toBytes(), author.toBytes().length + Long.BYTES);
    System.arraycopy(seqno(seqno), 0, id, id.length - Long.BYTES, Long.BYTES);
    return MessageId.of(id);
  }

  static RpcProto.Rpc publish(RpcProto.Message... messages) {
    return RpcProto.Rpc.newBuilder().addAllPublish(Arrays.asList(messages)).build();
  }

  static RpcProto.Rpc subscribe(boolean subscribe, String... topics) {
    RpcProto.Rpc.Builder rpc = RpcProto.Rpc.newBuilder();
    for (String topic : topics) {
      rpc.addSubscriptions(RpcProto.Rpc.SubOpts.newBuilder().setSubscribe(subscribe).setTopicId(topic));
    }
    return rpc.build();
  }

  static RpcProto.Rpc graft(String topic) {
    return control(RpcProto.Control.newBuilder().addGraft(RpcProto.Graft.newBuilder().setTopicId(topic)));
  }

  static RpcProto.Rpc prune(String topic, long backoffSeconds) {
    return control(RpcProto.Control.newBuilder()
        .addPrune(RpcProto.Prune.newBuilder().setTopicId(topic).setBackoff(backoffSeconds)));
  }

  static RpcProto.Rpc ihave(String topic, MessageId... ids) {
    RpcProto.IHave.Builder ihave = RpcProto.IHave.newBuilder().setTopicId(topic);
    for (MessageId id : ids) {
      ihave.addMessageIds(bytes(id.toBytes()));
    }
    return control(RpcProto.Control.newBuilder().addIhave(ihave));
  }

  static RpcProto.Rpc iwant(MessageId... ids) {
    RpcProto.IWant.Builder iwant = RpcProto.IWant.newBuilder();
    for (MessageId id : ids) {
      iwant.addMessageIds(bytes(id.toBytes()));
    }
    return control(RpcProto.Control.newBuilder().addIwant(iwant));
  }

  static RpcProto.Rpc control(RpcProto.Control.Builder control) {
    return RpcProto.Rpc.newBuilder().setControl(control).build();
  }

  static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
