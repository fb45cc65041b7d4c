package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;

/**
 * Answers the request that opens a WebSocket, and leaves. Any other request gets an answer that says what is spoken
 * here, and the connection is closed.
 *
 * <p>Netty reads and writes HTTP; its own handler for this request is not used, since it would give what comes right
 * behind the request to the wrong handler.
 *
 * <p>Any path will do: a proxy in front may have one of its own. The origin is not looked at either. It keeps pages of
 * others from using what a browser sends by itself, such as cookies, and there is nothing of the kind here: whoever
 * comes is known by the key of the connection inside, which a page must have itself.
 *
 * <p>Spec: RFC 6455, section 4.2.
 */
final class WebSocketListener extends SimpleChannelInboundHandler<HttpObject> {

  private static final int VERSION = 13;
  private static final String WHAT = "This port speaks libp2p over WebSocket (version 13) and nothing else.\n";

  private final WebSocketHandler webSocket;
  private String key;
  private boolean refused;

  WebSocketListener(WebSocketHandler webSocket) {
    this.webSocket = webSocket;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (!refused) {
      onPart(context, part);
    }
  }

  private void onPart(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      refuse(context, status(part.decoderResult().cause()));
    } else if (part instanceof HttpRequest request) {
      HttpResponseStatus refusal = refusal(request);
      if (refusal == null) {
        key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY).trim();
      } else {
        refuse(context, refusal);
      }
    } else if (part instanceof LastHttpContent) {
      open(context);
    }
  }

  private static HttpResponseStatus status(Throwable fault) {
    if (fault instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    return fault instanceof TooLongHttpHeaderException || fault instanceof TooLongHttpContentException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE : HttpResponseStatus.BAD_REQUEST;
  }

  /** What is wrong with a request, or {@code null}. */
  private static HttpResponseStatus refusal(HttpRequest request) {
    HttpHeaders headers = request.headers();
    boolean hasBody = HttpUtil.isTransferEncodingChunked(request) || headers.contains(HttpHeaderNames.CONTENT_LENGTH)
        && !"0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH));
    if (!request.method().equals(HttpMethod.GET) || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        || hasBody) {
      return HttpResponseStatus.BAD_REQUEST;
    }
    boolean upgrades = headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    if (!upgrades || !Integer.toString(VERSION).equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return HttpResponseStatus.UPGRADE_REQUIRED;
    }
    return WebSocketKey.isValid(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY)) ? null
        : HttpResponseStatus.BAD_REQUEST;
  }

  private void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
    refused = true;
    ByteBuf text = ByteBufUtil.writeAscii(context.alloc(), WHAT);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, text);
    response.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=us-ascii")
        .set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
    if (status == HttpResponseStatus.UPGRADE_REQUIRED) {
      response.headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    }
    response.headers().add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response);
    context.fireExceptionCaught(
        FrameException.malformed("what came is no request for one, it was answered with " + status));
  }

  private void open(ChannelHandlerContext context) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response.headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, WebSocketKey.answer(key));
    context.writeAndFlush(response);
    ChannelPipeline pipeline = context.pipeline();
    pipeline.replace(HttpResponseEncoder.class, null, new WebSocket13FrameEncoder(false));
    webSocket.open();
    pipeline.remove(HttpRequestDecoder.class); // what it has read of the next bytes comes through here now
    pipeline.remove(this);
  }
}
