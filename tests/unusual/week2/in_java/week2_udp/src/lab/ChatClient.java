package lab;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A chat client in Java: a daemon thread receives, and a shutdown hook says goodbye. */
public final class ChatClient {
    private static final int LONGEST = 1200;
    private static final int TRIES = 20;
    private static final int PAUSE = 250;

    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(1000);
    private final Set<String> printed = new HashSet<>();

    private ChatClient(InetSocketAddress server) throws IOException {
        this.server = server;
        socket = new DatagramSocket();
        Thread listener = new Thread(this::listen, "listener");
        listener.setDaemon(true);
        listener.start();
    }

    private void send(String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(data, data.length, server));
    }

    private void listen() {
        byte[] buffer = new byte[65536];
        while (true) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                if (packet.getSocketAddress().equals(server)) {
                    receive(StandardCharsets.UTF_8.newDecoder()
                            .decode(ByteBuffer.wrap(buffer, 0, packet.getLength())).toString());
                }
            } catch (CharacterCodingException noText) {
                // as if nothing had come
            } catch (IOException error) {
                // nobody is there just now
            }
        }
    }

    private void receive(String text) throws IOException {
        String[] fields = text.split(" ", 4);
        if (!fields[0].equals("MSG")) {
            answers.offer(text);
        } else if (fields.length == 4 && fields[1].matches("[0-9]{1,10}")) {
            if (printed.add(fields[1])) {
                System.out.println(fields[2] + ": " + fields[3]);
                System.out.flush();
            }
            send("GOT " + fields[1]);
        }
    }

    /** What came: the answer, or an ERROR; nothing if nobody has answered. */
    private Optional<String> ask(String request, String answer, int tries) throws IOException, InterruptedException {
        for (int i = 0; i < tries; i++) {
            send(request);
            String came;
            while ((came = answers.poll(PAUSE, TimeUnit.MILLISECONDS)) != null) {
                if (came.equals(answer) || came.startsWith("ERROR ")) {
                    return Optional.of(came);
                }
            }
        }
        return Optional.empty();
    }

    private int chat(BufferedReader keyboard) throws IOException, InterruptedException {
        int number = 1;
        String line;
        while ((line = keyboard.readLine()) != null && !line.equals("/quit")) {
            String request = "SAY " + number + " " + line;
            int size = request.getBytes(StandardCharsets.UTF_8).length;
            if (size > LONGEST) {
                System.out.printf("Too long by %d bytes: not sent.%n", size - LONGEST);
            } else if (!line.isEmpty()) {
                Optional<String> came = ask(request, "OK " + number, TRIES);
                if (came.isEmpty()) {
                    System.err.println("The server has stopped answering.");
                    return 1;
                }
                number++;
            }
        }
        ask("BYE", "BYE", 4);
        return 0;
    }

    private static BufferedReader keyboard() {
        Console console = System.console();
        return console != null
                ? new BufferedReader(console.reader())
                : new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        int port = 0;
        try {
            port = args.length == 3 ? Integer.parseInt(args[1]) : 0;
        } catch (NumberFormatException notANumber) {
            // stays 0
        }
        if (port < 1 || port > 65535 || !args[2].matches("[A-Za-z0-9_-]{1,20}")) {
            System.err.println("Usage: start.sh HOST PORT NAME");
            System.exit(2);
        }
        InetSocketAddress server = new InetSocketAddress(args[0], port);
        if (server.isUnresolved()) {
            System.err.println("There is no host " + args[0] + ".");
            System.exit(1);
        }
        CountDownLatch joined = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        int status = 1;
        try {
            ChatClient client = new ChatClient(server);
            // Ctrl-C starts this, and halts with status 0, where Java would end with 130.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                if (ended.getCount() > 0) {
                    try {
                        if (joined.getCount() == 0) {
                            client.ask("BYE", "BYE", 4);
                        }
                    } catch (IOException | InterruptedException error) {
                        // without a goodbye
                    }
                    Runtime.getRuntime().halt(0);
                }
            }));
            Optional<String> came = client.ask("HELLO " + args[2], "WELCOME " + args[2], TRIES);
            if (came.isEmpty()) {
                System.err.println("No answer from " + args[0] + ".");
            } else if (came.get().startsWith("ERROR")) {
                System.err.println("The server refuses: " + came.get());
            } else {
                joined.countDown();
                status = client.chat(keyboard());
            }
        } catch (IOException error) {
            System.err.println(error.getMessage());
        }
        ended.countDown();
        System.exit(status);
    }
}
