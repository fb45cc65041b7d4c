package io.peerbus.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Holds what comes from a socket until it is decided what to do with it. It stops reading, so at most the bytes of a
 * read that was under way are held: a peer that is refused in the end cannot fill memory before.
 */
final class Gate extends ChannelInboundHandlerAdapter {

  static final String NAME = "peerbus-gate";

  private final ArrayDeque<Object> held = new ArrayDeque<>();

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(false);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    held.add(message);
  }

  /** Lets what was held pass to the handlers behind it, and reads on; the gate is gone then. */
  static void open(ChannelHandlerContext behind) {
    Gate gate = behind.pipeline().get(Gate.class);
    if (gate == null) {
      return;
    }
    ChannelHandlerContext context = behind.pipeline().context(gate);
    for (Object message = gate.held.poll(); message != null; message = gate.held.poll()) {
      context.fireChannelRead(message);
    }
    context.fireChannelReadComplete();
    if (!context.isRemoved()) {
      behind.pipeline().remove(gate);
    }
    behind.channel().config().setAutoRead(true);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
