// The public schema as supabase-js sees it. Made from the migrations by: npm run gen:types

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      api_tokens: {
        Row: {
          created_at: string;
          expires_at: string | null;
          id: string;
          last_used_at: string | null;
          name: string;
          revoked_at: string | null;
          scopes: string[];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          expires_at?: string | null;
          id?: string;
          last_used_at?: string | null;
          name: string;
          revoked_at?: string | null;
          scopes: string[];
          user_id: string;
        };
        Update: {
          created_at?: string;
          expires_at?: string | null;
          id?: string;
          last_used_at?: string | null;
          name?: string;
          revoked_at?: string | null;
          scopes?: string[];
          user_id?: string;
        };
        Relationships: [];
      };
      document_events: {
        Row: {
          created_at: string;
          data: NonNullable<Json>;
          document_id: string;
          id: number;
          kind: string;
          message: string;
          stage: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          data?: NonNullable<Json>;
          document_id: string;
          id?: never;
          kind: string;
          message: string;
          stage: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          data?: NonNullable<Json>;
          document_id?: string;
          id?: never;
          kind?: string;
          message?: string;
          stage?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "document_events_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      document_pages: {
        Row: {
          confidence: number | null;
          created_at: string;
          document_id: string;
          engine: string | null;
          error: Json | null;
          markdown: string | null;
          page_number: number;
          picture: Json | null;
          text: string;
          usage: Json | null;
          user_id: string;
          words: Json | null;
        };
        ComputedFields: never;
        Insert: {
          confidence?: number | null;
          created_at?: string;
          document_id: string;
          engine?: string | null;
          error?: Json | null;
          markdown?: string | null;
          page_number: number;
          picture?: Json | null;
          text: string;
          usage?: Json | null;
          user_id: string;
          words?: Json | null;
        };
        Update: {
          confidence?: number | null;
          created_at?: string;
          document_id?: string;
          engine?: string | null;
          error?: Json | null;
          markdown?: string | null;
          page_number?: number;
          picture?: Json | null;
          text?: string;
          usage?: Json | null;
          user_id?: string;
          words?: Json | null;
        };
        Relationships: [
          {
            foreignKeyName: "document_pages_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      document_parts: {
        Row: {
          created_at: string;
          document_id: string | null;
          error: Json | null;
          filename: string;
          parent_id: string;
          position: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          document_id?: string | null;
          error?: Json | null;
          filename: string;
          parent_id: string;
          position: number;
          user_id: string;
        };
        Update: {
          created_at?: string;
          document_id?: string | null;
          error?: Json | null;
          filename?: string;
          parent_id?: string;
          position?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "document_parts_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "document_parts_parent_id_fkey";
            columns: ["parent_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      document_search: {
        Row: {
          compounds: string;
          created_at: string;
          document_id: string;
          names: string;
          search: unknown;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          compounds?: string;
          created_at?: string;
          document_id: string;
          names?: string;
          search: unknown;
          user_id: string;
        };
        Update: {
          compounds?: string;
          created_at?: string;
          document_id?: string;
          names?: string;
          search?: unknown;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "document_search_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: true;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      documents: {
        Row: {
          amount: number | null;
          byte_size: number;
          content_sha256: string;
          correspondent: string | null;
          created_at: string;
          currency: string | null;
          display_name: string | null;
          document_date: string | null;
          document_type: string | null;
          error: Json | null;
          filename: string;
          has_thumbnail: boolean;
          id: string;
          language: string | null;
          locked_fields: string[];
          metadata_source: string | null;
          mime_type: string;
          note: string | null;
          page_count: number | null;
          parent_id: string | null;
          status: Database["public"]["Enums"]["document_status"];
          storage_path: string;
          summary: string | null;
          tags: string[];
          trashed_at: string | null;
          unreadable_pages: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          amount?: number | null;
          byte_size: number;
          content_sha256: string;
          correspondent?: string | null;
          created_at?: string;
          currency?: string | null;
          display_name?: string | null;
          document_date?: string | null;
          document_type?: string | null;
          error?: Json | null;
          filename: string;
          has_thumbnail?: boolean;
          id?: string;
          language?: string | null;
          locked_fields?: string[];
          metadata_source?: string | null;
          mime_type: string;
          note?: string | null;
          page_count?: number | null;
          parent_id?: string | null;
          status?: Database["public"]["Enums"]["document_status"];
          storage_path: string;
          summary?: string | null;
          tags?: string[];
          trashed_at?: string | null;
          unreadable_pages?: number;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          amount?: number | null;
          byte_size?: number;
          content_sha256?: string;
          correspondent?: string | null;
          created_at?: string;
          currency?: string | null;
          display_name?: string | null;
          document_date?: string | null;
          document_type?: string | null;
          error?: Json | null;
          filename?: string;
          has_thumbnail?: boolean;
          id?: string;
          language?: string | null;
          locked_fields?: string[];
          metadata_source?: string | null;
          mime_type?: string;
          note?: string | null;
          page_count?: number | null;
          parent_id?: string | null;
          status?: Database["public"]["Enums"]["document_status"];
          storage_path?: string;
          summary?: string | null;
          tags?: string[];
          trashed_at?: string | null;
          unreadable_pages?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "documents_parent_id_fkey";
            columns: ["parent_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      extracted_values: {
        Row: {
          box: Json | null;
          confidence: number | null;
          created_at: string;
          currency: string | null;
          document_id: string;
          extraction_id: string;
          note: string | null;
          number_value: number | null;
          page: number | null;
          path: string;
          proof: string;
          quote: string | null;
          row_number: number;
          schema_id: string;
          similarity: number | null;
          text_value: string | null;
          user_id: string;
          value: Json | null;
        };
        ComputedFields: never;
        Insert: {
          box?: Json | null;
          confidence?: number | null;
          created_at?: string;
          currency?: never;
          document_id: string;
          extraction_id: string;
          note?: string | null;
          number_value?: never;
          page?: number | null;
          path: string;
          proof: string;
          quote?: string | null;
          row_number?: number;
          schema_id: string;
          similarity?: number | null;
          text_value?: never;
          user_id: string;
          value?: Json | null;
        };
        Update: {
          box?: Json | null;
          confidence?: number | null;
          created_at?: string;
          currency?: never;
          document_id?: string;
          extraction_id?: string;
          note?: string | null;
          number_value?: never;
          page?: number | null;
          path?: string;
          proof?: string;
          quote?: string | null;
          row_number?: number;
          schema_id?: string;
          similarity?: number | null;
          text_value?: never;
          user_id?: string;
          value?: Json | null;
        };
        Relationships: [
          {
            foreignKeyName: "extracted_values_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "extracted_values_extraction_id_fkey";
            columns: ["extraction_id"];
            isOneToOne: false;
            referencedRelation: "extractions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "extracted_values_schema_id_fkey";
            columns: ["schema_id"];
            isOneToOne: false;
            referencedRelation: "extraction_schemas";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_hints: {
        Row: {
          corrected_at: string;
          document_id: string | null;
          id: number;
          label: string;
          marks: string[];
          page: number | null;
          path: string;
          places: NonNullable<Json>;
          quote: string | null;
          schema_id: string;
          used: number;
          used_at: string | null;
          user_id: string;
          value: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          corrected_at?: string;
          document_id?: string | null;
          id?: never;
          label?: string;
          marks: string[];
          page?: number | null;
          path: string;
          places?: NonNullable<Json>;
          quote?: string | null;
          schema_id: string;
          used?: number;
          used_at?: string | null;
          user_id: string;
          value: NonNullable<Json>;
        };
        Update: {
          corrected_at?: string;
          document_id?: string | null;
          id?: never;
          label?: string;
          marks?: string[];
          page?: number | null;
          path?: string;
          places?: NonNullable<Json>;
          quote?: string | null;
          schema_id?: string;
          used?: number;
          used_at?: string | null;
          user_id?: string;
          value?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "extraction_hints_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "extraction_hints_schema_id_fkey";
            columns: ["schema_id"];
            isOneToOne: false;
            referencedRelation: "extraction_schemas";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_proposals: {
        Row: {
          box: Json | null;
          confidence: number | null;
          created_at: string;
          extraction_id: string;
          page: number | null;
          path: string;
          quote: string | null;
          reason: string;
          row_number: number;
          user_id: string;
          value: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          box?: Json | null;
          confidence?: number | null;
          created_at?: string;
          extraction_id: string;
          page?: number | null;
          path: string;
          quote?: string | null;
          reason: string;
          row_number?: number;
          user_id: string;
          value: NonNullable<Json>;
        };
        Update: {
          box?: Json | null;
          confidence?: number | null;
          created_at?: string;
          extraction_id?: string;
          page?: number | null;
          path?: string;
          quote?: string | null;
          reason?: string;
          row_number?: number;
          user_id?: string;
          value?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "extraction_proposals_extraction_id_fkey";
            columns: ["extraction_id"];
            isOneToOne: false;
            referencedRelation: "extractions";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_reviews: {
        Row: {
          action: string;
          created_at: string;
          extraction_id: string;
          id: string;
          path: string;
          previous: Json | null;
          row_number: number;
          user_id: string;
          value: Json | null;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          created_at?: string;
          extraction_id: string;
          id?: string;
          path: string;
          previous?: Json | null;
          row_number?: number;
          user_id?: string;
          value?: Json | null;
        };
        Update: {
          action?: string;
          created_at?: string;
          extraction_id?: string;
          id?: string;
          path?: string;
          previous?: Json | null;
          row_number?: number;
          user_id?: string;
          value?: Json | null;
        };
        Relationships: [
          {
            foreignKeyName: "extraction_reviews_extraction_id_fkey";
            columns: ["extraction_id"];
            isOneToOne: false;
            referencedRelation: "extractions";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_runs: {
        Row: {
          created_at: string;
          extraction_id: string;
          id: number;
          instruction: string | null;
          previous: NonNullable<Json>;
          saved_at: string | null;
          undone_at: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          extraction_id: string;
          id?: never;
          instruction?: string | null;
          previous: NonNullable<Json>;
          saved_at?: string | null;
          undone_at?: string | null;
          user_id: string;
        };
        Update: {
          created_at?: string;
          extraction_id?: string;
          id?: never;
          instruction?: string | null;
          previous?: NonNullable<Json>;
          saved_at?: string | null;
          undone_at?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "extraction_runs_extraction_id_fkey";
            columns: ["extraction_id"];
            isOneToOne: false;
            referencedRelation: "extractions";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_schema_versions: {
        Row: {
          created_at: string;
          fields: NonNullable<Json>;
          schema_id: string;
          user_id: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          fields: NonNullable<Json>;
          schema_id: string;
          user_id: string;
          version: number;
        };
        Update: {
          created_at?: string;
          fields?: NonNullable<Json>;
          schema_id?: string;
          user_id?: string;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: "extraction_schema_versions_schema_id_fkey";
            columns: ["schema_id"];
            isOneToOne: false;
            referencedRelation: "extraction_schemas";
            referencedColumns: ["id"];
          },
        ];
      };
      extraction_schemas: {
        Row: {
          created_at: string;
          description: string | null;
          document_types: string[];
          fields: NonNullable<Json>;
          id: string;
          name: string;
          senders: string[];
          tags: string[];
          updated_at: string;
          user_id: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string | null;
          document_types?: string[];
          fields: NonNullable<Json>;
          id?: string;
          name: string;
          senders?: string[];
          tags?: string[];
          updated_at?: string;
          user_id?: string;
          version?: number;
        };
        Update: {
          created_at?: string;
          description?: string | null;
          document_types?: string[];
          fields?: NonNullable<Json>;
          id?: string;
          name?: string;
          senders?: string[];
          tags?: string[];
          updated_at?: string;
          user_id?: string;
          version?: number;
        };
        Relationships: [];
      };
      extractions: {
        Row: {
          checks: NonNullable<Json>;
          cost_micro_usd: number;
          created_at: string;
          document_id: string;
          engine: string | null;
          error: Json | null;
          id: string;
          input_tokens: number;
          instruction: string | null;
          missing: string[];
          model: string | null;
          note: string | null;
          output_tokens: number;
          prompt_version: string | null;
          schema_id: string;
          schema_version: number;
          status: string;
          unread_from: number | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          checks?: NonNullable<Json>;
          cost_micro_usd?: number;
          created_at?: string;
          document_id: string;
          engine?: string | null;
          error?: Json | null;
          id?: string;
          input_tokens?: number;
          instruction?: string | null;
          missing?: string[];
          model?: string | null;
          note?: string | null;
          output_tokens?: number;
          prompt_version?: string | null;
          schema_id: string;
          schema_version: number;
          status?: string;
          unread_from?: number | null;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          checks?: NonNullable<Json>;
          cost_micro_usd?: number;
          created_at?: string;
          document_id?: string;
          engine?: string | null;
          error?: Json | null;
          id?: string;
          input_tokens?: number;
          instruction?: string | null;
          missing?: string[];
          model?: string | null;
          note?: string | null;
          output_tokens?: number;
          prompt_version?: string | null;
          schema_id?: string;
          schema_version?: number;
          status?: string;
          unread_from?: number | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "extractions_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "extractions_schema_id_fkey";
            columns: ["schema_id"];
            isOneToOne: false;
            referencedRelation: "extraction_schemas";
            referencedColumns: ["id"];
          },
        ];
      };
      inbox_addresses: {
        Row: {
          allowed_senders: string[];
          created_at: string;
          id: string;
          last_used_at: string | null;
          local_part: string;
          mails: number;
          name: string;
          revoked_at: string | null;
          tags: string[];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          allowed_senders?: string[];
          created_at?: string;
          id?: string;
          last_used_at?: string | null;
          local_part?: string;
          mails?: number;
          name: string;
          revoked_at?: string | null;
          tags?: string[];
          user_id: string;
        };
        Update: {
          allowed_senders?: string[];
          created_at?: string;
          id?: string;
          last_used_at?: string | null;
          local_part?: string;
          mails?: number;
          name?: string;
          revoked_at?: string | null;
          tags?: string[];
          user_id?: string;
        };
        Relationships: [];
      };
      learned_hints: {
        Row: {
          amount_label: string | null;
          amount_nth: number | null;
          corrected_at: string;
          correspondent: string | null;
          date_label: string | null;
          date_nth: number | null;
          date_order: string | null;
          document_id: string | null;
          document_type: string | null;
          id: number;
          instead_of: string[];
          marks: string[];
          used: number;
          used_at: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          amount_label?: string | null;
          amount_nth?: number | null;
          corrected_at?: string;
          correspondent?: string | null;
          date_label?: string | null;
          date_nth?: number | null;
          date_order?: string | null;
          document_id?: string | null;
          document_type?: string | null;
          id?: never;
          instead_of?: string[];
          marks: string[];
          used?: number;
          used_at?: string | null;
          user_id: string;
        };
        Update: {
          amount_label?: string | null;
          amount_nth?: number | null;
          corrected_at?: string;
          correspondent?: string | null;
          date_label?: string | null;
          date_nth?: number | null;
          date_order?: string | null;
          document_id?: string | null;
          document_type?: string | null;
          id?: never;
          instead_of?: string[];
          marks?: string[];
          used?: number;
          used_at?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "learned_hints_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      metadata_runs: {
        Row: {
          applied: string[];
          cache_read_tokens: number;
          cache_write_tokens: number;
          cost_micro_usd: number;
          created_at: string;
          document_id: string;
          engine: string;
          evidence: NonNullable<Json>;
          id: number;
          input_tokens: number;
          instruction: string | null;
          model: string | null;
          note: string | null;
          output_tokens: number;
          pages_read: number[] | null;
          previous: NonNullable<Json>;
          prompt_version: string | null;
          proposal: NonNullable<Json>;
          user_id: string;
          written: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          applied: string[];
          cache_read_tokens?: number;
          cache_write_tokens?: number;
          cost_micro_usd?: number;
          created_at?: string;
          document_id: string;
          engine: string;
          evidence: NonNullable<Json>;
          id?: never;
          input_tokens?: number;
          instruction?: string | null;
          model?: string | null;
          note?: string | null;
          output_tokens?: number;
          pages_read?: number[] | null;
          previous?: NonNullable<Json>;
          prompt_version?: string | null;
          proposal: NonNullable<Json>;
          user_id: string;
          written?: NonNullable<Json>;
        };
        Update: {
          applied?: string[];
          cache_read_tokens?: number;
          cache_write_tokens?: number;
          cost_micro_usd?: number;
          created_at?: string;
          document_id?: string;
          engine?: string;
          evidence?: NonNullable<Json>;
          id?: never;
          input_tokens?: number;
          instruction?: string | null;
          model?: string | null;
          note?: string | null;
          output_tokens?: number;
          pages_read?: number[] | null;
          previous?: NonNullable<Json>;
          prompt_version?: string | null;
          proposal?: NonNullable<Json>;
          user_id?: string;
          written?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "metadata_runs_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      ocr_results: {
        Row: {
          created_at: string;
          document_id: string;
          einvoice: Json | null;
          einvoice_details: Json | null;
          engine: string;
          language: string | null;
          mean_confidence: number | null;
          model: string | null;
          page_count: number;
          processing_ms: number;
          raw_text: string;
          usage: NonNullable<Json>;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          document_id: string;
          einvoice?: Json | null;
          einvoice_details?: Json | null;
          engine: string;
          language?: string | null;
          mean_confidence?: number | null;
          model?: string | null;
          page_count: number;
          processing_ms: number;
          raw_text: string;
          usage?: NonNullable<Json>;
          user_id: string;
        };
        Update: {
          created_at?: string;
          document_id?: string;
          einvoice?: Json | null;
          einvoice_details?: Json | null;
          engine?: string;
          language?: string | null;
          mean_confidence?: number | null;
          model?: string | null;
          page_count?: number;
          processing_ms?: number;
          raw_text?: string;
          usage?: NonNullable<Json>;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ocr_results_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: true;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      preferences: {
        Row: {
          language: string | null;
          tag_colors: NonNullable<Json>;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          language?: string | null;
          tag_colors?: NonNullable<Json>;
          user_id?: string;
        };
        Update: {
          language?: string | null;
          tag_colors?: NonNullable<Json>;
          user_id?: string;
        };
        Relationships: [];
      };
      refused_mails: {
        Row: {
          address_id: string;
          code: string;
          created_at: string;
          id: number;
          message: string;
          message_sha256: string;
          sender: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          address_id: string;
          code: string;
          created_at?: string;
          id?: never;
          message: string;
          message_sha256: string;
          sender: string;
          user_id: string;
        };
        Update: {
          address_id?: string;
          code?: string;
          created_at?: string;
          id?: never;
          message?: string;
          message_sha256?: string;
          sender?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "refused_mails_address_id_fkey";
            columns: ["address_id"];
            isOneToOne: false;
            referencedRelation: "inbox_addresses";
            referencedColumns: ["id"];
          },
        ];
      };
      retentions: {
        Row: {
          created_at: string;
          document_id: string;
          held: boolean;
          keep_until: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          document_id: string;
          held?: boolean;
          keep_until?: string | null;
          user_id: string;
        };
        Update: {
          created_at?: string;
          document_id?: string;
          held?: boolean;
          keep_until?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "retentions_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: true;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      rule_runs: {
        Row: {
          changed: number;
          created_at: string;
          id: string;
          kept: number;
          looked_at: number;
          place: string;
          rule_ids: string[] | null;
          state: string;
          undone: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          changed?: number;
          created_at?: string;
          id?: string;
          kept?: number;
          looked_at?: number;
          place?: string;
          rule_ids?: string[] | null;
          state?: string;
          undone?: number;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          changed?: number;
          created_at?: string;
          id?: string;
          kept?: number;
          looked_at?: number;
          place?: string;
          rule_ids?: string[] | null;
          state?: string;
          undone?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      rules: {
        Row: {
          actions: NonNullable<Json>;
          conditions: NonNullable<Json>;
          created_at: string;
          enabled: boolean;
          id: string;
          name: string;
          position: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          actions: NonNullable<Json>;
          conditions?: NonNullable<Json>;
          created_at?: string;
          enabled?: boolean;
          id?: string;
          name: string;
          position?: number;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          actions?: NonNullable<Json>;
          conditions?: NonNullable<Json>;
          created_at?: string;
          enabled?: boolean;
          id?: string;
          name?: string;
          position?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      saved_views: {
        Row: {
          created_at: string;
          id: string;
          name: string;
          position: number;
          question: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          name: string;
          position?: number;
          question: string;
          user_id?: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          name?: string;
          position?: number;
          question?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      schema_applications: {
        Row: {
          created_at: string;
          documents: number;
          id: string;
          schema_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          documents?: number;
          id?: string;
          schema_id: string;
          user_id?: string;
        };
        Update: {
          created_at?: string;
          documents?: number;
          id?: string;
          schema_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "schema_applications_schema_id_fkey";
            columns: ["schema_id"];
            isOneToOne: false;
            referencedRelation: "extraction_schemas";
            referencedColumns: ["id"];
          },
        ];
      };
      share_links: {
        Row: {
          created_at: string;
          description: string;
          document_id: string;
          expires_at: string;
          id: string;
          is_protected: boolean;
          last_opened_at: string | null;
          most_openings: number | null;
          openings: number;
          revoked_at: string | null;
          user_id: string;
          with_text: boolean;
          with_values: boolean;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string;
          document_id: string;
          expires_at: string;
          id?: string;
          is_protected?: boolean;
          last_opened_at?: string | null;
          most_openings?: number | null;
          openings?: number;
          revoked_at?: string | null;
          user_id: string;
          with_text?: boolean;
          with_values?: boolean;
        };
        Update: {
          created_at?: string;
          description?: string;
          document_id?: string;
          expires_at?: string;
          id?: string;
          is_protected?: boolean;
          last_opened_at?: string | null;
          most_openings?: number | null;
          openings?: number;
          revoked_at?: string | null;
          user_id?: string;
          with_text?: boolean;
          with_values?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: "share_links_document_id_fkey";
            columns: ["document_id"];
            isOneToOne: false;
            referencedRelation: "documents";
            referencedColumns: ["id"];
          },
        ];
      };
      tag_aliases: {
        Row: {
          alias: string;
          created_at: string;
          key: string;
          renaming: boolean;
          tag: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          alias: string;
          created_at?: string;
          key?: string;
          renaming?: boolean;
          tag: string;
          user_id?: string;
        };
        Update: {
          alias?: string;
          created_at?: string;
          key?: string;
          renaming?: boolean;
          tag?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      tags: {
        Row: {
          documents: number;
          key: string;
          tag: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          documents: number;
          key: string;
          tag: string;
          user_id: string;
        };
        Update: {
          documents?: number;
          key?: string;
          tag?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      upload_links: {
        Row: {
          bytes: number;
          created_at: string;
          expires_at: string;
          files: number;
          id: string;
          is_protected: boolean;
          last_used_at: string | null;
          most_bytes: number;
          most_files: number;
          revoked_at: string | null;
          tags: string[];
          title: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          bytes?: number;
          created_at?: string;
          expires_at: string;
          files?: number;
          id?: string;
          is_protected?: boolean;
          last_used_at?: string | null;
          most_bytes?: number;
          most_files?: number;
          revoked_at?: string | null;
          tags?: string[];
          title: string;
          user_id: string;
        };
        Update: {
          bytes?: number;
          created_at?: string;
          expires_at?: string;
          files?: number;
          id?: string;
          is_protected?: boolean;
          last_used_at?: string | null;
          most_bytes?: number;
          most_files?: number;
          revoked_at?: string | null;
          tags?: string[];
          title?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      usage_months: {
        Row: {
          cost_micro_usd: number;
          documents: number;
          input_tokens: number;
          month: string;
          output_tokens: number;
          pages: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          cost_micro_usd?: number;
          documents?: number;
          input_tokens?: number;
          month: string;
          output_tokens?: number;
          pages?: number;
          user_id: string;
        };
        Update: {
          cost_micro_usd?: number;
          documents?: number;
          input_tokens?: number;
          month?: string;
          output_tokens?: number;
          pages?: number;
          user_id?: string;
        };
        Relationships: [];
      };
      webhook_deliveries: {
        Row: {
          attempts: number;
          created_at: string;
          document_id: string | null;
          duration_ms: number | null;
          endpoint_id: string;
          error: Json | null;
          event_type: string;
          first_attempt_at: string | null;
          id: number;
          last_attempt_at: string | null;
          line: string;
          message_id: string;
          payload: NonNullable<Json>;
          response_body: string | null;
          response_status: number | null;
          state: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          attempts?: number;
          created_at?: string;
          document_id?: string | null;
          duration_ms?: number | null;
          endpoint_id: string;
          error?: Json | null;
          event_type: string;
          first_attempt_at?: string | null;
          id?: never;
          last_attempt_at?: string | null;
          line: string;
          message_id?: string;
          payload: NonNullable<Json>;
          response_body?: string | null;
          response_status?: number | null;
          state?: string;
          user_id: string;
        };
        Update: {
          attempts?: number;
          created_at?: string;
          document_id?: string | null;
          duration_ms?: number | null;
          endpoint_id?: string;
          error?: Json | null;
          event_type?: string;
          first_attempt_at?: string | null;
          id?: never;
          last_attempt_at?: string | null;
          line?: string;
          message_id?: string;
          payload?: NonNullable<Json>;
          response_body?: string | null;
          response_status?: number | null;
          state?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "webhook_deliveries_endpoint_id_fkey";
            columns: ["endpoint_id"];
            isOneToOne: false;
            referencedRelation: "webhook_endpoints";
            referencedColumns: ["id"];
          },
        ];
      };
      webhook_endpoints: {
        Row: {
          created_at: string;
          description: string;
          disabled_at: string | null;
          disabled_reason: Json | null;
          enabled: boolean;
          enabled_at: string;
          events: string[];
          failing_since: string | null;
          failures: number;
          id: string;
          paused_until: string | null;
          updated_at: string;
          url: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string;
          disabled_at?: string | null;
          disabled_reason?: Json | null;
          enabled?: boolean;
          enabled_at?: string;
          events: string[];
          failing_since?: string | null;
          failures?: number;
          id?: string;
          paused_until?: string | null;
          updated_at?: string;
          url: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          description?: string;
          disabled_at?: string | null;
          disabled_reason?: Json | null;
          enabled?: boolean;
          enabled_at?: string;
          events?: string[];
          failing_since?: string | null;
          failures?: number;
          id?: string;
          paused_until?: string | null;
          updated_at?: string;
          url?: string;
          user_id?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      abandon_upload: { Args: { admitted_at: string; document_id: string }; Returns: undefined };
      admit_mail: {
        Args: {
          address_sha256: string;
          byte_size: number;
          content_sha256: string;
          filename: string;
          message_sha256: string;
          sender: string;
        };
        Returns: Json;
      };
      admit_part: {
        Args: {
          byte_size: number;
          content_sha256: string;
          filename: string;
          job_id: string;
          lease: string;
          mime_type: string;
          place: number;
        };
        Returns: Json;
      };
      admit_upload: {
        Args: {
          byte_size: number;
          content_sha256: string;
          filename: string;
          invokes?: boolean;
          mime_type: string;
          owner: string;
        };
        Returns: Json;
      };
      announce_by_link: {
        Args: {
          address_sha256: string;
          byte_size: number;
          content_sha256: string;
          filename: string;
          mime_type: string;
          password?: string;
          token_sha256: string;
        };
        Returns: Json;
      };
      apply_rules: { Args: { rule_ids?: string[] }; Returns: Json };
      begin_delivery: { Args: { job_id: string; lease: string; take_next?: boolean }; Returns: Json };
      begin_extractions: { Args: { job_id: string; lease: string }; Returns: Json };
      begin_suggestion: { Args: { document_ids: string[]; owner: string }; Returns: Json };
      call_api: { Args: { arguments: Json; operation: string }; Returns: Json };
      call_api_as_token: { Args: { arguments: Json; operation: string; token_sha256: string }; Returns: Json };
      call_automation_api: { Args: { arguments: Json; operation: string }; Returns: Json };
      change_retention: { Args: { changes: Json; document_id: string }; Returns: undefined };
      claim_after: { Args: { lease: string }; Returns: Json };
      claim_job: {
        Args: { function_name: string; job_id: string; lease?: string; token: string; worker?: string };
        Returns: Json;
      };
      claim_jobs: { Args: { function_name: string; invocations: Json }; Returns: Json };
      clear_suspect: { Args: { job_id: string; lease: string }; Returns: undefined };
      complete_erasures: { Args: { ended: Json }; Returns: Json };
      complete_job: {
        Args: { data?: Json; job_id: string; lease: string; message: string; take_next?: boolean };
        Returns: Json;
      };
      complete_metadata: {
        Args: { description: Json; job_id: string; lease: string; take_next?: boolean };
        Returns: Json;
      };
      complete_parts: { Args: { job_id: string; lease: string }; Returns: undefined };
      complete_reading: { Args: { job_id: string; lease: string; result: Json; take_next?: boolean }; Returns: Json };
      complete_thumbnail: {
        Args: { drawn: boolean; job_id: string; lease: string; take_next?: boolean };
        Returns: Json;
      };
      count_refusal: { Args: { owner: string }; Returns: number };
      create_api_token: { Args: { expires_at?: string; name: string; scopes: string[] }; Returns: Json };
      create_inbox_address: { Args: { allowed_senders?: string[]; name: string; tags?: string[] }; Returns: Json };
      create_share_link: {
        Args: {
          description?: string;
          document_id: string;
          expires_at?: string;
          most_openings?: number;
          password?: string;
          with_text?: boolean;
          with_values?: boolean;
        };
        Returns: Json;
      };
      create_upload_link: {
        Args: {
          expires_at?: string;
          most_bytes?: number;
          most_files?: number;
          password?: string;
          tags?: string[];
          title: string;
        };
        Returns: Json;
      };
      create_webhook: { Args: { description?: string; events: string[]; url: string }; Returns: Json };
      document_history: { Args: { document_id: string }; Returns: Json };
      dry_run_rules: { Args: { after?: string; page_size?: number; rules?: Json }; Returns: Json };
      empty_trash: { Args: { document_ids?: string[] }; Returns: Json };
      end_delivery: {
        Args: { delivery_id: number; job_id: string; lease: string; result: Json; take_next?: boolean };
        Returns: Json;
      };
      erase_account: { Args: Record<PropertyKey, never>; Returns: undefined };
      estimate_schema: { Args: { schema_id: string }; Returns: Json };
      export_account: { Args: Record<PropertyKey, never>; Returns: Json };
      extraction_of: { Args: { extraction_id: string }; Returns: Json };
      fail_job: { Args: { error: Json; job_id: string; lease: string }; Returns: undefined };
      heartbeat: { Args: { job_id: string; lease: string }; Returns: undefined };
      hold_document: { Args: { document_id: string }; Returns: undefined };
      join_metadata: { Args: { document_id: string }; Returns: Json };
      judge_extraction: {
        Args: { claims: Json; engine: string; extraction_id: string; job_id: string; lease: string };
        Returns: Json;
      };
      judge_suggestion: { Args: { fields: Json; owner: string; samples: Json }; Returns: Json };
      learned_hint_of: { Args: { document_id: string; marks: string[] }; Returns: Json };
      look_at_describing: { Args: { asked: Json }; Returns: Json };
      look_at_inbox_address: { Args: { address_sha256: string }; Returns: Json };
      look_at_share_link: { Args: { token_sha256: string }; Returns: Json };
      look_at_upload_link: { Args: { token_sha256: string }; Returns: Json };
      my_senders: {
        Args: { at_most?: number; query?: string };
        Returns: {
          documents: number;
          sender: string;
        }[];
      };
      my_tags: {
        Args: { at_most?: number; query?: string };
        Returns: {
          documents: number;
          similarity: number;
          tag: string;
        }[];
      };
      open_share_link: { Args: { password?: string; token_sha256: string }; Returns: Json };
      pages_to_extract: { Args: { from_page: number; job_id: string; lease: string; to_page: number }; Returns: Json };
      pipeline_health: { Args: Record<PropertyKey, never>; Returns: Json };
      record_progress: { Args: { data?: Json; job_id: string; lease: string; message: string }; Returns: undefined };
      record_tool_call: { Args: { job_id: string; lease: string; tool: string }; Returns: undefined };
      redeliver_webhook: { Args: { delivery_id: number }; Returns: undefined };
      refuse_mail: {
        Args: { address_sha256: string; code: string; message: string; message_sha256: string; sender: string };
        Returns: Json;
      };
      refuse_part: {
        Args: { error: Json; filename: string; job_id: string; lease: string; place: number };
        Returns: undefined;
      };
      regenerate_metadata: { Args: { document_id: string; engine?: string; instruction?: string }; Returns: Json };
      release_document: { Args: { document_id: string }; Returns: undefined };
      rename_tag: { Args: { new_tag: string; old_tag: string }; Returns: number };
      request_extraction: { Args: { document_id: string; instruction?: string; schema_id: string }; Returns: Json };
      reserve_model_call: {
        Args: { call_id: string; cost_micro_usd: number; job_id: string; lease: string; model: string };
        Returns: Json;
      };
      reserve_model_call_of: {
        Args: { call_id: string; cost_micro_usd: number; model: string; owner: string; stage: string };
        Returns: Json;
      };
      restore_documents: { Args: { document_ids: string[] }; Returns: number };
      retry_document: {
        Args: { document_id: string; options?: Json };
        Returns: Database["public"]["Enums"]["document_status"];
      };
      revoke_api_token: { Args: { token_id: string }; Returns: undefined };
      revoke_inbox_address: { Args: { address_id: string }; Returns: undefined };
      revoke_share_link: { Args: { link_id: string }; Returns: undefined };
      revoke_upload_link: { Args: { link_id: string }; Returns: undefined };
      rotate_webhook_secret: { Args: { webhook_id: string }; Returns: Json };
      save_extraction: { Args: { extraction_id: string; job_id: string; lease: string; result: Json }; Returns: Json };
      save_pages: { Args: { job_id: string; lease: string; page_count: number; pages: Json }; Returns: undefined };
      schema_rows: {
        Args: {
          after?: Json;
          at_most?: number;
          descending?: boolean;
          evidence?: boolean;
          filters?: Json;
          line_items?: string;
          schema_id: string;
          sort?: string;
        };
        Returns: Json;
      };
      schema_sums: { Args: { filters?: Json; line_items?: string; schema_id: string }; Returns: Json };
      search_documents: {
        Args: {
          after?: Json;
          amount_from?: number;
          amount_to?: number;
          currencies?: string[];
          date_from?: string;
          date_to?: string;
          document_types?: string[];
          page_size?: number;
          query?: string;
          sort?: string;
          statuses?: string[];
          tags?: string[];
        };
        Returns: Json;
      };
      set_fields: { Args: { changes: Json; reason?: string }; Returns: Json };
      settle_model_call: { Args: { call_id: string; used: Json }; Returns: undefined };
      settled_parts: { Args: { job_id: string; lease: string }; Returns: number[] };
      similar_documents: { Args: { at_most?: number; document_id: string }; Returns: Json };
      skip_webhook_delivery: { Args: { delivery_id: number }; Returns: undefined };
      stop_rule_run: { Args: { rule_run_id: string }; Returns: string };
      sum_amounts: {
        Args: {
          amount_from?: number;
          amount_to?: number;
          currencies?: string[];
          date_from?: string;
          date_to?: string;
          document_types?: string[];
          group_by?: string;
          query?: string;
          statuses?: string[];
          tags?: string[];
        };
        Returns: {
          currency: string;
          document_ids: string[];
          documents: number;
          group_value: string;
          total: number;
        }[];
      };
      tags_of: {
        Args: { at_most?: number; document_id: string; query?: string };
        Returns: {
          documents: number;
          similarity: number;
          tag: string;
        }[];
      };
      take_watched: { Args: { waiting: Json }; Returns: Json };
      test_webhook: { Args: { webhook_id: string }; Returns: Json };
      trash: { Args: Record<PropertyKey, never>; Returns: Json };
      trash_documents: { Args: { document_ids: string[] }; Returns: number };
      undo_extraction_run: { Args: { run_id: number }; Returns: Json };
      undo_metadata_run: { Args: { fields?: string[]; run_id: number }; Returns: Json };
      undo_rule_run: { Args: { rule_run_id: string }; Returns: string };
      unlock_fields: { Args: { document_id: string; fields: string[] }; Returns: string[] };
      usage_left: { Args: Record<PropertyKey, never>; Returns: Json };
      use_api_token: { Args: { scope: string; token_sha256: string }; Returns: Json };
      use_mail_token: { Args: { message_sha256: string; token_sha256: string }; Returns: boolean };
      yield_job: { Args: { job_id: string; lease: string }; Returns: undefined };
    };
    Enums: {
      document_status: "uploading" | "processing" | "ocr_complete" | "generating_metadata" | "completed" | "failed";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      document_status: ["uploading", "processing", "ocr_complete", "generating_metadata", "completed", "failed"],
    },
  },
} as const;
