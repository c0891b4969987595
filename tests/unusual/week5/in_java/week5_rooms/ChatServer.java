import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.*;

/** Two threads for each client; refs are the hash codes of the rooms' names, and a JOIN_ID is that of name and room. */
public class ChatServer {
    static final Map<Integer, Map<Client, String>> rooms = new LinkedHashMap<>();
    static final byte[] END = {};
    static int port;

    public static void main(String[] args) throws IOException {
        port = Integer.parseInt(args[0]);
        try (ServerSocket listener = new ServerSocket(port, 100)) {
            System.out.println("Server listening on port " + port);
            while (true) {
                new Thread(new Client(listener.accept())).start();
            }
        }
    }

    static void tell(int ref, String name, String text) {
        for (Client member : rooms.get(ref).keySet()) {
            member.send("CHAT:" + ref + "\nCLIENT_NAME:" + name + "\nMESSAGE:" + text + "\n\n");
        }
    }

    static class Client implements Runnable {
        final Socket socket;
        final LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();

        Client(Socket socket) {
            this.socket = socket;
            new Thread(this::sendWhatWaits).start();
        }

        void send(String text) {
            waiting.add(text.getBytes(StandardCharsets.UTF_8));
        }

        void sendWhatWaits() {
            try (socket) {
                OutputStream out = socket.getOutputStream();
                for (byte[] next = waiting.take(); next != END; next = waiting.take()) {
                    out.write(next);
                }
            } catch (IOException | InterruptedException gone) {
                System.out.println("A client has gone");
            }
        }

        public void run() {
            try {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (String line = readLine(in); line != null && !line.startsWith("DISCONNECT"); line = readLine(in)) {
                    answer(line, in);
                }
            } catch (IOException gone) {
                System.out.println("I/O: " + gone.getMessage());
            }
            synchronized (rooms) {
                rooms.keySet().forEach(this::leave);
            }
            waiting.add(END);
        }

        void answer(String line, InputStream in) throws IOException {
            String value = valueOf(line);
            if (line.startsWith("HELO")) {
                send(line + "\nIP:" + socket.getLocalAddress().getHostAddress() + "\nPort:" + port + "\nStudentID:14311111");
            } else if (line.startsWith("KILL_SERVICE")) {
                System.exit(0);
            } else if (line.startsWith("JOIN_CHATROOM:")) {
                readLine(in);
                readLine(in);
                join(value, valueOf(readLine(in)));
            } else if (line.startsWith("LEAVE_CHATROOM:")) {
                String id = valueOf(readLine(in));
                readLine(in);
                leave(value, id);
            } else if (line.startsWith("CHAT:")) {
                readLine(in);
                String name = valueOf(readLine(in));
                StringBuilder text = new StringBuilder(valueOf(readLine(in)));
                for (String more = readLine(in); more != null && !more.isEmpty(); more = readLine(in)) {
                    text.append('\n').append(more);
                    if (text.length() > 65536) {
                        throw new IOException("a message without end");
                    }
                }
                chat(value, name, text.toString());
            } else {
                send("ERROR_CODE:404\nERROR_DESCRIPTION:I do not know this\n");
            }
        }

        void join(String room, String name) {
            int ref = room.hashCode();
            int id = (room + "/" + name).hashCode();
            synchronized (rooms) {
                Map<Client, String> members = rooms.computeIfAbsent(ref, each -> new LinkedHashMap<>());
                send("JOINED_CHATROOM:" + room + "\nSERVER_IP:" + socket.getLocalAddress().getHostAddress() + "\nPORT:"
                        + port + "\nROOM_REF:" + ref + "\nJOIN_ID:" + id + "\n");
                if (members.put(this, name) == null) {
                    tell(ref, name, name + " has joined this chatroom.");
                }
            }
        }

        void leave(String room, String id) {
            synchronized (rooms) {
                send("LEFT_CHATROOM:" + room + "\nJOIN_ID:" + id + "\n");
                try {
                    leave(Integer.parseInt(room));
                } catch (NumberFormatException noRef) {
                    System.out.println("no ref: " + room);
                }
            }
        }

        void leave(int ref) {
            Map<Client, String> members = rooms.getOrDefault(ref, Map.of());
            if (members.containsKey(this)) {
                String name = members.get(this);
                tell(ref, name, name + " has left this chatroom.");
                members.remove(this);
            }
        }

        void chat(String room, String name, String text) {
            synchronized (rooms) {
                for (int ref : rooms.keySet()) {
                    if (Integer.toString(ref).equals(room)) {
                        tell(ref, name, text);
                        return;
                    }
                }
            }
            send("ERROR_CODE:2\nERROR_DESCRIPTION:no such room\n");
        }
    }

    static String valueOf(String line) {
        return line == null ? "" : line.substring(line.indexOf(':') + 1).trim();
    }

    static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int each = in.read(); each != '\n'; each = in.read()) {
            if (each < 0) {
                return null;
            }
            if (line.size() > 65536) {
                throw new IOException("a line without end");
            }
            line.write(each);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
