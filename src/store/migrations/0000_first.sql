CREATE TABLE "chunks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"document_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"text" text NOT NULL,
	"page" integer,
	"headings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
	"embedding" vector,
	"embedding_model" text
);
--> statement-breakpoint
CREATE TABLE "confirmations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"speaker" text NOT NULL,
	"session" text NOT NULL,
	"tool" text NOT NULL,
	"arguments" text NOT NULL,
	"question" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"accepted" boolean
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"speaker" text NOT NULL,
	"session" text NOT NULL,
	"channel" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"summary" text,
	"summarized_to" integer DEFAULT 0 NOT NULL,
	"mined_to" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"digest" text NOT NULL,
	"bytes" integer NOT NULL,
	"pages" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"speaker" text NOT NULL,
	"text" text NOT NULL,
	"subject" text,
	"provenance" text NOT NULL,
	"importance" double precision DEFAULT 0.5 NOT NULL,
	"valid_from" timestamp with time zone DEFAULT now() NOT NULL,
	"valid_to" timestamp with time zone,
	"replaced_by" uuid,
	"message_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
	"embedding" vector,
	"embedding_model" text
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"conversation_id" uuid NOT NULL,
	"speaker" text NOT NULL,
	"ordinal" integer NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL,
	"details" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple', content)) STORED,
	"embedding" vector,
	"embedding_model" text
);
--> statement-breakpoint
CREATE TABLE "reminders" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"speaker" text NOT NULL,
	"session" text NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"language" text,
	"due_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tool_calls" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"speaker" text NOT NULL,
	"session" text NOT NULL,
	"channel" text NOT NULL,
	"tool" text NOT NULL,
	"arguments" text NOT NULL,
	"outcome" text NOT NULL,
	"detail" text,
	"ms" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "chunks" ADD CONSTRAINT "chunks_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facts" ADD CONSTRAINT "facts_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_ordinal" ON "chunks" USING btree ("document_id","ordinal");--> statement-breakpoint
CREATE INDEX "chunks_words" ON "chunks" USING gin ("words");--> statement-breakpoint
CREATE INDEX "chunks_model" ON "chunks" USING btree ("embedding_model");--> statement-breakpoint
CREATE INDEX "confirmations_session" ON "confirmations" USING btree ("speaker","session");--> statement-breakpoint
CREATE INDEX "conversations_session" ON "conversations" USING btree ("speaker","session");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_open" ON "conversations" USING btree ("speaker","session") WHERE "conversations"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "documents_owner" ON "documents" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "documents_digest" ON "documents" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "facts_speaker" ON "facts" USING btree ("speaker","valid_to");--> statement-breakpoint
CREATE INDEX "facts_subject" ON "facts" USING btree ("speaker","subject");--> statement-breakpoint
CREATE INDEX "facts_words" ON "facts" USING gin ("words");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_ordinal" ON "messages" USING btree ("conversation_id","ordinal");--> statement-breakpoint
CREATE INDEX "messages_speaker" ON "messages" USING btree ("speaker","created_at");--> statement-breakpoint
CREATE INDEX "messages_words" ON "messages" USING gin ("words");--> statement-breakpoint
CREATE INDEX "reminders_due" ON "reminders" USING btree ("channel","due_at") WHERE "reminders"."delivered_at" is null and "reminders"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX "reminders_speaker" ON "reminders" USING btree ("speaker");--> statement-breakpoint
CREATE INDEX "tool_calls_speaker" ON "tool_calls" USING btree ("speaker","at");